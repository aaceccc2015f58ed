#!/bin/sh
# exports.sh - every name a room exports begins with dt_, and an algorithm's file exports its object and nothing else.
# Usage: tests/exports.sh BUILD (the folder with the objects)
bad=0
for object in "$1"/sim/*/*.o; do
    names=$(nm -g --defined-only "$object" | awk '{ print $3 }')
    part=${object#"$1"/sim/}; room=${part%%/*}; file=${part#*/}; file=${file%.o}
    wrong=$(printf '%s\n' "$names" | grep -v -e '^dt_' -e '^$' -e '^_Z' -e '^DW\.ref\.')
    [ -z "$wrong" ] || { echo "$object exports $wrong"; bad=1; }
    if [ -f "sim/$room/list.h" ] && grep -q "ITEM($file)" "sim/$room/list.h"; then
        [ "$names" = "dt_${room}_$file" ] || { echo "$object exports" $names "instead of dt_${room}_$file alone"; bad=1; }
    fi
done
exit $bad
