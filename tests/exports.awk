# exports.awk - the rules of exports.sh.  Usage: awk -f exports.awk EXPORTS SOURCE..., where EXPORTS holds a line
# "export ROOM FILE NAME" for each name that an object exports, and "only ROOM OTHER..." for a room that may use few others.
function refuse(text) { print text; bad = 1 }
function belongs(name, room,    word) {         # room declares or exports name: its first word is the room's
    word = name; sub(/^dt_/, "", word); sub(/_.*/, "", word)
    if (word in rooms && (name == "dt_" word || name == "dt_" word "_type")) return
    if (word in rooms && word != room) refuse(room ": " name " has the name of another room")
    else if (word in owner && owner[word] != room) refuse(room ": " name ", but names with \"" word "\" are " owner[word] "'s")
    else owner[word] = room
}
function declare(name) {
    if (!((room, name) in header)) belongs(name, room)
    header[room, name] = part
}

# What a statement of a header declares: one function, type or pointer of functions, or types and objects.
function statement(text,    names, i, n) {
    sub(/^[ \t]+/, "", text)
    if (match(text, /dt_[A-Za-z0-9_]+\)?\(/)) {
        name = substr(text, RSTART, RLENGTH); sub(/\)?\($/, "", name)
        declare(name)
        return
    }
    gsub(/\[[^]]*\]/, "", text)
    if (match(text, /^(typedef )?(struct|enum|union) dt_[A-Za-z0-9_]+ *(\{|$)/)) {
        name = substr(text, RSTART, RLENGTH); sub(/ *\{$/, "", name); sub(/.* /, "", name)
        declare(name)
    }
    if (text !~ /^(typedef|extern)/) return
    n = split(text, names, ",")
    for (i = 1; i <= n; i++) if (match(names[i], /dt_[A-Za-z0-9_]+[ \t]*$/)) {
        name = substr(names[i], RSTART); sub(/[ \t]+$/, "", name)
        declare(name)
    }
}
function declarations(    parts, n, i) {        # of the header whose text was gathered
    if (text == "") return
    gsub(/\n/, " ", text)
    while (gsub(/\{[^{}]*\}/, "\001", text)) ;
    gsub(/\)[ \t]*\001/, ");", text)            # a function's body
    gsub(/\001/, "{", text)
    n = split(text, parts, ";")
    for (i = 1; i <= n; i++) statement(parts[i])
    text = ""
}

FNR == NR && $1 == "only" { for (i = 3; i <= NF; i++) may[$2, $i] = 1; may[$2, $2] = few[$2] = 1; next }
FNR == NR && $4 ~ /^(_Z|DW\.ref\.)/ { next }
FNR == NR {
    rooms[$2] = 1; room_of[$4] = $2; file_of[$4] = $3
    objects[$2 "/" $3] = objects[$2 "/" $3] " " $4
    next
}
FNR == 1 {
    declarations()
    part = FILENAME; sub(/^sim\//, "", part)
    room = part; if (!sub(/\/.*/, "", room)) room = "main"
    users[room] = users["members"] = 1
    source = part; sub(/\.[a-z]*$/, "", source)
    comment = 0
}
/^#include "/ && part !~ /^tests\// {
    target = $2; gsub(/"/, "", target)
    if (index(target, room "/") != 1) shown[target] = 1         # to another room
}
/^ITEM\(/ { name = $0; sub(/^ITEM\(/, "", name); sub(/\).*/, "", name); member[room "/" name] = 1; next }
/^DT_DECLARE_ROOM\(/ { name = $0; sub(/^[^(]*\(/, "", name); sub(/\).*/, "", name); declare("dt_" name "_room") }
{
    line = $0
    gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
    if (comment) { if (sub(/^.*\*\//, "", line)) comment = 0; else next }
    while (match(line, /\/\*/)) {
        start = RSTART; tail = substr(line, start + 2)
        if (!match(tail, /\*\//)) { line = substr(line, 1, start - 1); comment = 1; break }
        line = substr(line, 1, start - 1) " " substr(tail, RSTART + 2)
    }
    rest = line
    while (match(rest, /dt_[A-Za-z0-9_]+/)) {
        name = substr(rest, RSTART, RLENGTH); rest = substr(rest, RSTART + RLENGTH)
        used[name, room] = 1
        if (source in member) used[name, "members"] = 1
    }
    if (macro || line ~ /^#/) { macro = line ~ /\\$/; next }
    if (part ~ /\.h$/ && line !~ /^(extern ""|DT_DECLARE_ROOM)/) text = text line "\n"
}

END {
    declarations()
    for (object in member) {
        name = "dt_" object; sub(/\//, "_", name)
        if (object in objects && objects[object] != " " name)
            refuse("sim/" object " exports" objects[object] " instead of " name " alone")
    }
    for (name in room_of) {
        home = room_of[name]
        object = home "/" file_of[name]
        outside = 0
        for (room in users) if (room != home && (name, room) in used) {
            outside = 1
            if (room in few && !((room, home) in may)) refuse(room " uses " name " of " home)
        }
        if (name !~ /^dt_/) refuse("sim/" object " exports " name ", which does not begin with dt_")
        else if (object in member) continue
        else if (!((home, name) in header)) refuse("sim/" object " exports " name ", which no header of its room declares")
        else if (!outside && header[home, name] in shown)
            refuse("sim/" object " exports " name " to its own room alone, but other rooms include sim/" header[home, name])
    }
    exit bad
}
