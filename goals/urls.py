"""Addresses of the workflow's pages."""

from django.urls import path

from goals.views import evidence, importing, notices, report, review, row, webhooks
from goals.views.planner import (
    adjustments,
    burden,
    calendar,
    holidays,
    indicators,
    plan,
    plans,
    profiles,
    rollover,
    spot_checks,
    targets,
)

reporting = [
    path("report/", report.report, name="report"),
    path("report/cell/", report.cell, name="report-cell"),
    path("report/row/", row.row, name="report-row"),
    path("report/outlook/", report.outlook, name="report-outlook"),
    path("report/<int:pk>/correct/", report.correct, name="correct"),
]

reviewing = [
    path("review/", review.review, name="review"),
    path("review/approve/", review.approve_many, name="approve-many"),
    path("review/<int:pk>/approve/", review.approve, name="approve"),
    path("review/<int:pk>/return/", review.send_back, name="return"),
]

planning = [
    path("plans/", plans.plan_list, name="plans"),
    path("plan-file/", plans.preview_plan_file, name="preview-plan-file"),
    path("plan-file/load/", plans.load_plan_file, name="load-plan-file"),
    path("planner/<str:slug>/", plan.planner, name="planner"),
    path("planner/<str:slug>/adopt/", plan.adopt, name="adopt"),
    path("planner/<str:slug>/close/", plan.close, name="close"),
    path("planner/<str:slug>/next-year/", rollover.next_year, name="next-year"),
    path("planner/<str:slug>/goals/", rollover.goals, name="goals"),
    path("planner/<str:slug>/profile/", profiles.choose_profile, name="choose-profile"),
    path("profiles/", profiles.profiles, name="profiles"),
    path("profiles/<int:pk>/new/", profiles.new_edition, name="new-profile"),
    path("targets/<int:pk>/edit/", targets.edit_target, name="edit-target"),
    path("targets/<int:pk>/adjust/", adjustments.adjust_target, name="adjust-target"),
    path("indicators/add/", indicators.add_indicator, name="add-indicator"),
    path("indicators/<str:code>/edit/", indicators.edit_indicator, name="edit-indicator"),
    path("indicators/<str:code>/feeds/", indicators.name_feeds, name="name-feeds"),
    path("feeds/", indicators.feed_list, name="feeds"),
]

telling = [
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read-notices"),
    path("notices/<int:pk>/read/", notices.read, name="read-notice"),
]

proving = [
    path("readings/<int:pk>/evidence/", evidence.page, name="evidence"),
    path("evidence/<int:pk>/", evidence.download, name="download-evidence"),
    path("evidence/<int:pk>/remove/", evidence.remove, name="remove-evidence"),
]

months_end = [
    path("plans/<str:slug>/calendar/", calendar.calendar, name="calendar"),
    path("plans/<str:slug>/calendar/close/", calendar.close_month, name="close-month"),
    path("plans/<str:slug>/calendar/reopen/", calendar.reopen, name="reopen"),
    path("plans/<str:slug>/load/", burden.burden_page, name="burden"),
    path("plans/<str:slug>/spot-checks/", spot_checks.spot_checks, name="spot-checks"),
    path("plans/<str:slug>/spot-checks/<int:pk>/", spot_checks.spot_check, name="spot-check"),
    path("plans/<str:slug>/spot-checks/<int:pk>/<int:item_pk>/", spot_checks.record_finding, name="record-finding"),
    path("calendar/holidays/", holidays.holidays, name="holidays"),
    path("calendar/holidays/load/", holidays.load_holidays, name="load-holidays"),
    path("calendar/holidays/<int:pk>/", holidays.edit_holiday, name="edit-holiday"),
    path("calendar/holidays/<int:pk>/delete/", holidays.delete_holiday, name="delete-holiday"),
]

excel = [
    path("report/excel/", importing.excel, name="excel"),
    path("plans/<str:slug>/assignments/", importing.assignments, name="assignments"),
    path("imports/<uuid:pk>/", importing.show, name="import"),
    path("imports/<uuid:pk>/match/", importing.match, name="import-match"),
    path("imports/<uuid:pk>/read/", importing.read_again, name="import-read"),
    path("imports/<uuid:pk>/confirm/", importing.confirm, name="import-confirm"),
    path("imports/<uuid:pk>/discard/", importing.discard, name="import-discard"),
]

hooks = [
    path("hooks/", webhooks.hooks, name="hooks"),
    path("hooks/add/", webhooks.add_hook, name="add-hook"),
    path("hooks/addresses/", webhooks.addresses, name="hook-addresses"),
    path("hooks/addresses/<int:pk>/delete/", webhooks.disallow, name="disallow-address"),
    path("hooks/<int:pk>/", webhooks.hook, name="hook"),
    path("hooks/<int:pk>/edit/", webhooks.edit_hook, name="edit-hook"),
    path("hooks/<int:pk>/test/", webhooks.test_hook, name="test-hook"),
    path("hooks/<int:pk>/secret/", webhooks.new_secret, name="new-hook-secret"),
    path("hooks/<int:pk>/delete/", webhooks.delete_hook, name="delete-hook"),
    path("hooks/messages/<uuid:pk>/", webhooks.message, name="hook-message"),
    path("hooks/messages/<uuid:pk>/send/", webhooks.send_again, name="send-again"),
]

urlpatterns = [*reporting, *reviewing, *planning, *telling, *proving, *months_end, *excel, *hooks]
