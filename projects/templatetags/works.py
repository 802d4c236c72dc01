"""Works on pages: the Gantt chart and the bar of funds."""

from django import template

from projects import gantt

register = template.Library()
register.simple_tag(gantt.head, name="gantt_head")
register.simple_tag(gantt.row, name="gantt_row")
register.simple_tag(gantt.line, name="gantt_line")
register.simple_tag(gantt.fund_bar, name="fund_bar")
register.filter("days_late", lambda milestone, day: milestone.days_late(day))
register.filter("is_overdue", lambda record, day: record.is_overdue(day))
register.filter("may", lambda actions, name: name in actions)
