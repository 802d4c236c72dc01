"""Why an attempt did not succeed, in words."""

from django.utils.translation import gettext as _

from goals.models import Attempt


def problem_word(attempt: Attempt) -> str:
    """What went wrong; empty where nothing did."""
    words = {
        "": "",
        "secret": _("平台的 SECRET_KEY 已更换，无法签名：请换发密钥"),
        "not_allowed": _("不在允许的外发地址之内"),
        "not_resolved": _("找不到这个主机"),
        "timeout": _("没有及时答复"),
        "tls": _("证书或加密连接有问题"),
        "connection": _("连接不上，或中途断开"),
        "redirect": _("对方要求跳转，平台不跟随"),
        "refused": _("对方未接受"),
    }
    return words.get(attempt.problem, attempt.problem)
