"""The pages of the workflow, split by who works on them: report, review, planner."""
