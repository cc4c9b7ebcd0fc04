# Which pushes are worth a run of a stack. The stack's name is Pulumi's.
package spacelift

pull_request := object.get(input, "pull_request", null)

is_open if {
	pull_request != null
	not pull_request.closed
}

files := pull_request.diff if {
	is_open
} else := object.get(input.push, "affected_files", null)

# A push that names no file is not one that changes none.
affects if not is_array(files)

affects if count(files) == 0

affects if {
	some file in files
	not affects_nothing(file)
}

affects_nothing(file) if endswith(file, ".md")

affects_nothing(file) if startswith(file, ".github/")

# The folder of the program that makes the stacks, which is a stack of its own.
affects_nothing(file) if startswith(file, "spacelift/")

affects_nothing(file) if {
	regex.match(`^Pulumi\.[^/]+\.yaml$`, file)
	file != sprintf("Pulumi.%s.yaml", [input.stack.name])
}

track if {
	not is_open
	input.push.branch == input.stack.branch
	object.get(input.push, "tag", "") == ""
	affects
}

# Nothing of a fork: there is no rule `allow_fork`.
propose if {
	is_open
	affects
}

ignore if {
	not track
	not propose
}

# A newer commit of a pull request takes the place of a plan that still waits.
cancel contains earlier.id if {
	some earlier in input.in_progress
	earlier.type == "PROPOSED"
	earlier.state == "QUEUED"
	earlier.branch == pull_request.head.branch
}
