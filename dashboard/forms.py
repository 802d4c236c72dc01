"""Forms of what these pages keep: 意见建议 and its answer, and the name of a filter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text import CleanText
from dashboard.models import LONGEST_ADDRESS, Feedback

LONGEST = 2_000


class FeedbackForm(forms.Form):
    """What is wrong with a page; `page` comes from the link that led here."""

    page = forms.CharField(required=False, max_length=LONGEST_ADDRESS, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("这个页面哪里不对，或应当怎样"),
        max_length=LONGEST,
        validators=[CleanText(LONGEST)],
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
    )


class AnswerForm(forms.Form):
    """What was done, or why not."""

    state = forms.ChoiceField(label=_("结果"), choices=[c for c in Feedback.State.choices if c[0] != "open"])
    answer = forms.CharField(
        label=_("答复"),
        max_length=LONGEST,
        validators=[CleanText(LONGEST)],
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )


class SavedFilterForm(forms.Form):
    """A name for the list as it is filtered now."""

    name = forms.CharField(label=_("名称"), max_length=50, validators=[CleanText(50)])
    page = forms.CharField(max_length=LONGEST_ADDRESS)
