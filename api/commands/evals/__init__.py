"""`mingjian eval`: labelled cases, rules and judges measured against them, and what a change is worth."""

import typer

from api.commands.evals import comparing, labels, planning, reporting, running, sets

app = typer.Typer(no_args_is_help=True, add_completion=False)

app.command("list")(sets.list_sets)
app.command("show")(sets.show_set)
app.command("lint")(sets.lint)
app.command("split")(sets.split)
app.command("import")(labels.import_labels)
app.command("export")(labels.export_labels)
app.command("changed")(labels.changed)
app.command("stale")(labels.stale)
app.command("run")(running.run)
app.command("runs")(running.runs)
app.command("compare")(comparing.compare)
app.command("plan")(planning.plan)
app.command("report")(reporting.report)
