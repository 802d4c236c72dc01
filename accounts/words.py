"""What the trail's codes are called: actions and kinds of record. A code without a word stands for itself."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, str | Promise] = {
    "save": _("保存"),
    "delete": _("删除"),
    "add_user": _("新增用户"),
    "rename_user": _("修改姓名"),
    "activate_user": _("启用账号"),
    "deactivate_user": _("停用账号"),
    "issue_password": _("重置密码"),
    "grant": _("授予角色"),
    "revoke": _("收回角色"),
    "make_token": _("建立令牌"),
    "revoke_token": _("撤销令牌"),
    "administer": _("后台修改"),
    "appoint": _("任命"),
    "end_holding": _("免去任职"),
    "hand_over": _("岗位交接"),
    "load_plan": _("载入计划"),
    "load_assignments": _("载入任务分解表"),
    "adopt": _("印发计划"),
    "close": _("年终交账"),
    "adjust": _("目标调整"),
    "save_draft": _("存为草稿"),
    "feed_approved": _("接口报送"),
    "post_readings": _("批量报送"),
    "edit_draft": _("修改草稿"),
    "delete_draft": _("删除草稿"),
    "submit": _("提交"),
    "approve": _("审核通过"),
    "return": _("退回"),
    "supersede": _("被更正替代"),
    "verify": _("校验审计链"),
    "export": _("导出审计记录"),
}
RECORDS: Mapping[str, str | Promise] = {
    "unit": _("单位"),
    "post": _("岗位"),
    "user": _("用户"),
    "token": _("令牌"),
    "plan": _("计划"),
    "section": _("板块"),
    "theme": _("主题"),
    "programme": _("专项行动"),
    "warningprofile": _("预警方案"),
    "indicator": _("指标"),
    "target": _("目标"),
    "adjustment": _("目标调整"),
    "reading": _("填报数据"),
    "audit": _("审计记录"),
}
