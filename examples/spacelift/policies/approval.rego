# Who has to agree to what. A run for which nothing here says yes or no waits.
package spacelift

run := input.run

# What a task may be, word for word: a task holds the deploy role.
tasks := {
	"npx --no-install opconnect status",
	"pulumi cancel --yes",
	"pulumi stack history",
}

approve if {
	run.type == "PROPOSED"
	not run.based_on_local_workspace
}

# What is to be applied may be planned; once it is planned, somebody else than its author agrees.
approve if {
	run.type == "TRACKED"
	not run.based_on_local_workspace
	run.state != "UNCONFIRMED"
}

approve if {
	run.type == "TRACKED"
	not run.based_on_local_workspace
	count(input.reviews.current.rejections) == 0
	some approval in input.reviews.current.approvals
	"platform" in approval.session.teams
	count(authors) > 0
	not approval.author in authors
}

approve if {
	run.type == "TASK"
	run.command in tasks
}

reject if {
	run.type == "TASK"
	not object.get(run, "command", null) in tasks
}

# An environment is taken down by an admin with `op`: without it, 1Password's half would stay.
reject if run.type == "DESTROY"

reject if run.based_on_local_workspace

authors contains run.commit.author

authors contains run.creator_session.login
