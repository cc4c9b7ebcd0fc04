#!/bin/sh
# Runs a program and ends its whole process group when standard input closes: the parent holds the
# other end of that pipe, and the kernel closes it however the parent dies.
# Usage: reaper.sh <seconds to end in> <program> [argument…]

grace=$1
shift

exec 3<&0 </dev/null
# A handler, unlike an ignored signal, is not inherited by the program.
trap : TERM INT HUP

"$@" 3<&- &
program=$!

(
  trap '' TERM INT HUP
  read -r _ <&3
  kill -s TERM -- "-$$" 2>/dev/null
  sleep "$grace"
  kill -s KILL -- "-$$"
) &
exec 3<&-

# A signal ends `wait` early, while the program may still run.
while wait "$program"; kill -0 "$program" 2>/dev/null; do :; done

# What the program started and left behind goes with it, and so does this group.
kill -s KILL -- "-$$"
