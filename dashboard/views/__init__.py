"""The pages of progress: 总览, 板块, 指标. Read only; each works without JavaScript."""
