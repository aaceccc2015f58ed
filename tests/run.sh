#!/bin/sh
# run.sh - runs every test program and closes with one line: N passed, N failed, N skipped.  Lines that begin with
# "counted:" are passed on.
# Usage: tests/run.sh BUILD [PYTHON [FOLDER]]; what fails is printed, what passes is counted.  With FOLDER only its
# pytest tests run; the tests of the page skip themselves where there is no browser.
build=$1 python=${2:-/usr/bin/python3} only=$3 passed=0 failed=0 skipped=0
log=$build/tests/log
mkdir -p "$build/tests"

# add NAME PASSED FAILED SKIPPED STATUS: a program that ends badly without a failed test counts as one.
add() {
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    if [ "$5" -ne 0 ] && [ "$3" -eq 0 ]; then failed=$((failed + 1)); fi
    if [ "$5" -ne 0 ] || [ "$3" -ne 0 ]; then echo "FAILED: $1 (exit status $5)"; cat "$log"; fi
}
number() { sed -n "$1" "$log" | tail -n 1 | grep . || echo 0; }

for program in "$build"/tests/*/*_test "$build"/tests/*/*_contract; do
    [ -z "$only" ] && [ -x "$program" ] || continue
    "$program" > "$log" 2>&1; status=$?
    add "$program" "$(number 's/^\[  PASSED  \] \(tests: \)*\([0-9]*\) test.*/\2/p')" \
        "$(number 's/^\[  FAILED  \] \(tests: \)*\([0-9]*\) test.*/\2/p')" "$(number 's/^\[  SKIPPED \] \(tests: \)*\([0-9]*\) test.*/\2/p')" $status
done

if [ -z "$only" ]; then
    busted --lpath='lua/?.lua;lua/?/init.lua' -o TAP tests/lua > "$log" 2>&1; status=$?
    add "busted tests/lua" "$(grep -c '^ok' "$log")" "$(grep -c '^not ok' "$log")" 0 $status
fi

for folder in ${only:-tests/analysis tests/command tests/report}; do
    DTSIM="$build/dtsim" "$python" -m pytest -q -rs -p no:cacheprovider $folder > "$log" 2>&1; status=$?
    add "pytest $folder" "$(number 's/.*\b\([0-9][0-9]*\) passed.*/\1/p')" \
        "$(number 's/.*\b\([0-9][0-9]*\) failed.*/\1/p')" "$(number 's/.*\b\([0-9][0-9]*\) skipped.*/\1/p')" $status
    sed -n 's/^counted: //p' "$log"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
