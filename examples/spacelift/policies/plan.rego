# Decides on what `opconnect report render --spacelift` wrote after the plan. Where the plan of a pull
# request has a high risk, the run fails; one that is to be applied says so to whoever confirms it.
package spacelift

report := input.third_party_metadata.custom.opconnect

run := input.spacelift.run

is_proposal if {
	run.type == "PROPOSED"
	not run.drift_detection
}

deny contains "There is no opconnect.custom.spacelift.json: the hook after the plan did not run." if not report

# What a report does not say counts against it.
deny contains "The report has a version that this policy does not know." if {
	report
	not report.version == 3
}

deny contains "The report is of something else than a preview." if {
	report
	not report.kind == "preview"
}

deny contains "The stack could not be previewed." if {
	report
	not object.get(report, "outcome", "failed") in {"unchanged", "changed"}
}

deny contains "A shard of the report is missing." if {
	report
	object.get(report, "missingShards", null) != []
}

deny contains "The report tells no risks." if {
	report
	not is_array(object.get(report, "risks", null))
}

# Such as one of which nothing was looked at.
deny contains "The report is not of one stack." if {
	report
	sum([number | some number in report.stacks]) != 1
}

deny contains told if {
	is_proposal
	some told in high
}

warn contains told if {
	not is_proposal
	some told in high
}

high contains tell(risk) if {
	some risk in report.risks
	risk.level == "high"
}

warn contains tell(risk) if {
	some risk in report.risks
	risk.level == "medium"
}

warn contains sprintf(
	"Before this is confirmed, an admin who is signed in to 1Password runs: npx --no-install opconnect mint %s",
	[risk.stack],
) if {
	some risk in report.risks
	risk.kind == "minting"
}

tell(risk) := sprintf("%s: %s: %s [%s]", [risk.stack, risk.level, risk.text, risk.kind])
