#!/bin/sh
# fuzz.sh - runs every harness for so many seconds, one after another, and says how many inputs it tried.
# Usage: fuzz.sh BUILD SECONDS [PYTHON] [HARNESS]...  What an input breaks stays in BUILD/found; status 1 if there is any.
build=$1 seconds=$2 python=${3:-/usr/bin/python3} found=0
[ $# -gt 3 ] && shift 3 || set -- $(cd tests/fuzz && ls ./*.c | sed 's,\./,,; s,\.c$,,')
mkdir -p "$build/found" "$build/corpus"
"$python" tests/fuzz/seed.py "$build/seed" || exit 1
export ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1
for name in "$@"; do
    mkdir -p "$build/corpus/$name"
    "$build/tests/fuzz/$name" -max_total_time="$seconds" -max_len=8192 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
        -artifact_prefix="$build/found/$name-" "$build/corpus/$name" "$build/seed/$name" > "$build/$name.log" 2>&1 &&
        what="nothing found" || { what="FOUND: see $build/$name.log"; found=1; }
    printf '%-10s %10s inputs, %s\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")" "$what"
done
exit $found
