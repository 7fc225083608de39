/// Go: calls by reflection, from a file beside the program's.
enum GoCalls {
    static func driver(_ program: String, functions: [String]) -> String {
        let source = SourceText(program)
        func nodes(_ name: String, _ fields: String) -> String {
            source.words.contains(Substring(name)) && !source.has("type", name)
                ? "type \(name) struct { Val int; \(fields) }\n" : ""
        }
        let table = functions.map { "\"\($0)\": \($0)," }.joined(separator: " ")
        return text.replacing("TABLE", with: table) + nodes("ListNode", "Next *ListNode")
            + nodes("TreeNode", "Left *TreeNode; Right *TreeNode")
    }

    /// The program as a file of the driver's package.
    static func adapted(_ program: String) -> String {
        let lines = program.split(separator: "\n", omittingEmptySubsequences: false)
        let body = lines.map { line in
            line.hasPrefix("func main()") ? "func mainOfProgram()" + line.dropFirst("func main()".utf8.count) : line
        }.joined(separator: "\n")
        return lines.contains { $0.hasPrefix("package ") } ? body : "package main\n" + body
    }

    private static let text = #"""
        package main

        import (
            assayBinary "encoding/binary"
            assayJSON "encoding/json"
            assayFmt "fmt"
            assayIO "io"
            assayMath "math"
            assayOS "os"
            assayReflect "reflect"
        )

        func assaySend(kind byte, index int, text string) {
            line := make([]byte, 9, 9+len(text))
            line[0] = kind
            assayBinary.LittleEndian.PutUint32(line[1:], uint32(index))
            assayBinary.LittleEndian.PutUint32(line[5:], uint32(len(text)))
            if _, err := assayOS.NewFile(3, "").Write(append(line, text...)); err != nil { assayOS.Exit(1) }
        }

        func assayRead(raw assayJSON.RawMessage, v assayReflect.Value) {
            var text string
            isText := len(raw) > 0 && raw[0] == '"'
            if isText { assayJSON.Unmarshal(raw, &text) }
            switch v.Kind() {
            case assayReflect.Uint8, assayReflect.Int32:
                if isText {
                    for _, r := range text { if v.Kind() == assayReflect.Uint8 { v.SetUint(uint64(r)) } else { v.SetInt(int64(r)) }; break }
                    return
                }
            case assayReflect.Slice:
                if isText { v.Set(assayReflect.ValueOf([]byte(text)).Convert(v.Type())); return }
                var items []assayJSON.RawMessage
                assayJSON.Unmarshal(raw, &items)
                list := assayReflect.MakeSlice(v.Type(), len(items), len(items))
                for i := range items { assayRead(items[i], list.Index(i)) }
                v.Set(list)
                return
            case assayReflect.Ptr:
                if string(raw) == "null" { return }
                name := v.Type().Elem().Name()
                var items []assayJSON.RawMessage
                if name == "ListNode" || name == "TreeNode" { assayJSON.Unmarshal(raw, &items) }
                if name == "ListNode" {
                    place := v
                    for _, item := range items {
                        node := assayReflect.New(v.Type().Elem())
                        assayRead(item, node.Elem().FieldByName("Val"))
                        place.Set(node)
                        place = node.Elem().FieldByName("Next")
                    }
                    return
                }
                if name == "TreeNode" {
                    open := []assayReflect.Value{v}
                    for _, item := range items {
                        if len(open) == 0 { break }
                        place := open[0]
                        open = open[1:]
                        if string(item) == "null" { continue }
                        node := assayReflect.New(v.Type().Elem())
                        assayRead(item, node.Elem().FieldByName("Val"))
                        place.Set(node)
                        open = append(open, node.Elem().FieldByName("Left"), node.Elem().FieldByName("Right"))
                    }
                    return
                }
                v.Set(assayReflect.New(v.Type().Elem()))
                assayRead(raw, v.Elem())
                return
            }
            if err := assayJSON.Unmarshal(raw, v.Addr().Interface()); err != nil { panic(err) }
        }

        func assayShow(v assayReflect.Value, depth int) string {
            if depth > 1000 { panic("the value is too deep") }
            switch v.Kind() {
            case assayReflect.Bool: return assayFmt.Sprint(v.Bool())
            case assayReflect.Int, assayReflect.Int8, assayReflect.Int16, assayReflect.Int32, assayReflect.Int64: return assayFmt.Sprint(v.Int())
            case assayReflect.Uint8:
                if depth > 0 { text, _ := assayJSON.Marshal(string(rune(v.Uint()))); return string(text) }
                return assayFmt.Sprint(v.Uint())
            case assayReflect.Uint, assayReflect.Uint16, assayReflect.Uint32, assayReflect.Uint64: return assayFmt.Sprint(v.Uint())
            case assayReflect.Float32, assayReflect.Float64:
                if assayMath.IsNaN(v.Float()) || assayMath.IsInf(v.Float(), 0) { return "null" }
                text, _ := assayJSON.Marshal(v.Float())
                return string(text)
            case assayReflect.String:
                text, _ := assayJSON.Marshal(v.String())
                return string(text)
            case assayReflect.Slice, assayReflect.Array:
                text := "["
                for i := 0; i < v.Len(); i++ { if i > 0 { text += "," }; text += assayShow(v.Index(i), depth+1) }
                return text + "]"
            case assayReflect.Map:
                text := "{"
                for _, key := range v.MapKeys() {
                    if len(text) > 1 { text += "," }
                    name, _ := assayJSON.Marshal(assayFmt.Sprint(key.Interface()))
                    text += string(name) + ":" + assayShow(v.MapIndex(key), depth+1)
                }
                return text + "}"
            case assayReflect.Interface:
                if v.IsNil() { return "null" }
                return assayShow(v.Elem(), depth+1)
            case assayReflect.Ptr:
                name := v.Type().Elem().Name()
                if name == "ListNode" {
                    text := "["
                    for n := 0; !v.IsNil() && n < 1000000; n++ {
                        if n > 0 { text += "," }
                        text += assayShow(v.Elem().FieldByName("Val"), depth+1)
                        v = v.Elem().FieldByName("Next")
                    }
                    return text + "]"
                }
                if name == "TreeNode" {
                    parts, last := []string{}, 0
                    for open := []assayReflect.Value{v}; len(open) > 0 && len(parts) < 1000000; open = open[1:] {
                        if open[0].IsNil() { parts = append(parts, "null"); continue }
                        parts = append(parts, assayShow(open[0].Elem().FieldByName("Val"), depth+1))
                        last = len(parts)
                        open = append(open, open[0].Elem().FieldByName("Left"), open[0].Elem().FieldByName("Right"))
                    }
                    text := "["
                    for i, part := range parts[:last] { if i > 0 { text += "," }; text += part }
                    return text + "]"
                }
                if v.IsNil() { return "null" }
                return assayShow(v.Elem(), depth+1)
            }
            panic("a value of type " + v.Type().String())
        }

        func assayCall(index int, f assayReflect.Value, raw []assayJSON.RawMessage) {
            defer func() {
                if reason := recover(); reason != nil { assaySend('E', index, assayFmt.Sprint(reason)); assayOS.Exit(1) }
            }()
            kind := f.Type()
            if kind.NumIn() != len(raw) { panic("the function takes another number of arguments") }
            values := make([]assayReflect.Value, len(raw))
            for i := range raw {
                values[i] = assayReflect.New(kind.In(i)).Elem()
                assayRead(raw[i], values[i])
            }
            out := f.Call(values)
            switch {
            case len(out) == 0 && len(values) > 0: assaySend('J', index, assayShow(values[0], 0))
            case len(out) == 0: assaySend('J', index, "null")
            case len(out) == 1: assaySend('J', index, assayShow(out[0], 0))
            default:
                text := "["
                for i, part := range out { if i > 0 { text += "," }; text += assayShow(part, 1) }
                assaySend('J', index, text+"]")
            }
        }

        func main() {
            data, _ := assayIO.ReadAll(assayOS.Stdin)
            var request [][]assayJSON.RawMessage
            if err := assayJSON.Unmarshal(data, &request); err != nil { assayOS.Exit(1) }
            functions := map[string]interface{}{TABLE}
            assaySend('L', 0, "")
            for index, call := range request {
                var name string
                var raw []assayJSON.RawMessage
                assayJSON.Unmarshal(call[0], &name)
                assayJSON.Unmarshal(call[1], &raw)
                assayCall(index, assayReflect.ValueOf(functions[name]), raw)
            }
            assayOS.Exit(0)
        }

        """#
}
