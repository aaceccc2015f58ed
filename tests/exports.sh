#!/bin/sh
# exports.sh - what a room exports, and what it is called.  Usage: tests/exports.sh BUILD (the folder with the objects)
#   An exported name is dt_WORD or dt_WORD_..., and a WORD belongs to one room: to the one of that name, else to the one
#   whose headers declare names with it.  (What a room's members are, dt_ROOM and dt_ROOM_type, may be declared below it.)
#   It is declared in a header of its own room; one that neither another room nor a member nor a test uses, in a header that
#   no other room includes.
#   The file of an algorithm, which list.h names, exports its object dt_ROOM_FILE and nothing else.
#   A room that may include few others (layers.awk) uses no names of others either.
# Words, users and declarations are read from the objects and the sources (exports.awk): there is no list to keep.
here=$(dirname "$0"); list=$(mktemp)
trap 'rm -f "$list"' EXIT
sed -n 's/^ *only\["\(.*\)"\] = "\(.*\)"$/only \1 \2/p' "$here/layers.awk" > "$list"
# An object whose source has moved away is none.
objects=$(find sim -mindepth 2 -name '*.c' -o -name '*.cpp' | sed 's|\.c[p]*$|.o|; s|^|'"$1"'/|')
nm -A -g --defined-only $objects | sed -n 's|^'"$1"'/sim/\([^/]*\)/\([^/]*\)\.o:[^ ]* . |export \1 \2 |p' >> "$list"
awk -f "$here/exports.awk" "$list" $(find sim -name list.h) $(find sim tests -name '*.[ch]' -o -name '*.cpp' | sort)
