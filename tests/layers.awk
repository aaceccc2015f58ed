# layers.awk - refuses an #include that does not go strictly down, or not into the few rooms that a room may see; a library
# outside its door; a function of more than 60 lines; a file or header that has grown too long; and more users of a header
# that is to disappear.  Usage: awk -f tests/layers.awk sim/*.c sim/*/*.[ch]*
BEGIN {
    split("base:0 data:1 split:1 distribution:1 layer:1 engine:1 compress:1 aggregate:1 topology:1 optimiser:1 schedule:1 sync:1 " \
          "record:1 attack:1 code:1 privacy:1 secure:1 project:1 model:2 collective:2 profile:2 queue:2 role:3 fault:3 strategy:4 run:5 " \
          "sweep:6 script:6 command:7 main:8",
          pairs, " ")
    for (i in pairs) { split(pairs[i], p, ":"); level[p[1]] = p[2] }
    # Rooms that see fewer than lie below them.
    only["strategy"] = "role base"
    # A ratchet: headers that are to disappear, and how many files include them still ("room/old.h:7 ...").
    falling = ""
    for (i = split(falling, pairs, " "); i > 0; i--) { split(pairs[i], p, ":"); users[p[1]] = p[2] }
    door["simgrid/"] = "^sim/engine/"
    door["hdf5.h"] = "^sim/record/|^sim/data/hdf5[a-z_]*\\.[ch]$"
    door["lua"] = "^sim/script/"
    door["cblas.h"] = "^sim/layer/"
}
function refuse(text) { print FILENAME ":" FNR ": " text; bad = 1 }
FNR == 1 {
    last_line()
    part = FILENAME; sub(/^sim\//, "", part)
    room = part ~ /\// ? substr(part, 1, index(part, "/") - 1) : "main"
    if (!(room in level)) refuse("the room " room " has no level")
    name = FILENAME; start = 0
}
function last_line() {
    if (name ~ /\.h$/ && lines > 120) { print name ": " lines " lines in a header, 120 are allowed"; bad = 1 }
    if (lines > 500) { print name ": " lines " lines in a file, 500 are allowed"; bad = 1 }
}
{ lines = FNR }
function house(target, other) {
    if (!(other in level)) refuse("#include \"" target "\" names no room")
    else if (other != room && level[other] >= level[room])
        refuse(room " (level " level[room] ") includes " target " (level " level[other] ")")
    else if (other != room && room in only && index(" " only[room] " ", " " other " ") == 0)
        refuse(room " includes " target ", but may include " only[room] " alone")
    included[target]++
}
/^[ \t]*#[ \t]*include[ \t]*["<]/ {
    target = $0; sub(/^[^"<]*["<]/, "", target); sub(/[">].*/, "", target)
    other = substr(target, 1, index(target, "/") - 1)
    if ($0 ~ /^[^<]*"/ || other in level) house(target, other)
    else for (d in door) if (index(target, d) == 1 && FILENAME !~ door[d]) refuse("<" target "> belongs to " door[d])
}
/^[a-z].*\)[ \t]*\{[ \t]*$/ { start = FNR; head = $0 }
/^\}/ && start { if (FNR - start > 60) refuse((FNR - start) " lines in: " head); start = 0 }
END {
    last_line()
    for (h in users) if (included[h] + 0 != users[h]) {
        print h " is to disappear: " included[h] + 0 " files include it, the table falling says " users[h]
        bad = 1
    }
    exit bad
}
