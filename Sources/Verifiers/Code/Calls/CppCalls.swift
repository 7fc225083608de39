/// C++: calls by the types of the function's own parameters, which the compiler reads out of its declaration.
enum CppCalls {
    static func joined(_ program: String, functions: [String]) -> String {
        let source = SourceText(program)
        let isMethod = source.has("class", "Solution") || source.has("struct", "Solution")
        func nodes(_ name: String, _ text: String) -> String {
            source.words.contains(Substring(name)) && !source.has("struct", name) && !source.has("class", name)
                ? text : ""
        }
        let calls = functions.map { name in
            "if (assay_name == \"\(name)\") { invoke(assay_index, assay_args, &\(isMethod ? "Solution::" : "::")\(name)); return; }"
        }
        let used = ["ListNode", "TreeNode"].filter { source.words.contains(Substring($0)) }
        let declared = used.map {
            "struct \($0); namespace assay_calls { void read(const Value &v, \($0) *&x); void show(std::string &out, \($0) *x); }"
        }
        // Macros of the program's come after all that is ours but the table of its functions.
        return """
            #include <bits/stdc++.h>
            #include <unistd.h>
            using namespace std;
            \(nodes("ListNode", list))
            \(nodes("TreeNode", tree))
            namespace assay_calls { struct Value; }
            \(declared.joined(separator: "\n"))
            \(values)
            \(driver)
            #define main main_of_program
            #line 1 "solution"
            \(program.replacing("#include <bits/stdc++.h>", with: "").replacing("#include<bits/stdc++.h>", with: ""))
            #line 1 "calls"
            \(used.contains("ListNode") ? listValues : "")
            \(used.contains("TreeNode") ? treeValues : "")
            void assay_calls::one(unsigned assay_index, const std::string &assay_name, const std::vector<Value> &assay_args) {
                \(calls.joined(separator: "\n    "))
                send('N', assay_index, assay_name); _exit(1);
            }
            """
    }

    private static let list = """
        struct ListNode {
            int val; ListNode *next;
            ListNode() : val(0), next(nullptr) {}
            ListNode(int x) : val(x), next(nullptr) {}
            ListNode(int x, ListNode *n) : val(x), next(n) {}
        };
        """

    private static let tree = """
        struct TreeNode {
            int val; TreeNode *left, *right;
            TreeNode() : val(0), left(nullptr), right(nullptr) {}
            TreeNode(int x) : val(x), left(nullptr), right(nullptr) {}
            TreeNode(int x, TreeNode *l, TreeNode *r) : val(x), left(l), right(r) {}
        };
        """

    private static let values = #"""
        namespace assay_calls {
        struct Value {
            char kind = 'n';
            std::string text;
            std::vector<Value> items;
            std::vector<std::string> keys;
        };
        struct Reader {
            const char *at, *end;
            void space() { while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r' || *at == ',' || *at == ':')) at++; }
            static void utf8(std::string &out, unsigned c) {
                if (c < 0x80) out += char(c);
                else if (c < 0x800) { out += char(0xC0 | c >> 6); out += char(0x80 | (c & 63)); }
                else if (c < 0x10000) { out += char(0xE0 | c >> 12); out += char(0x80 | (c >> 6 & 63)); out += char(0x80 | (c & 63)); }
                else { out += char(0xF0 | c >> 18); out += char(0x80 | (c >> 12 & 63)); out += char(0x80 | (c >> 6 & 63)); out += char(0x80 | (c & 63)); }
            }
            unsigned four() { unsigned c = (unsigned)strtoul(std::string(at, at + 4).c_str(), nullptr, 16); at += 4; return c; }
            Value value() {
                space();
                Value v;
                if (at >= end) return v;
                if (*at == '"') {
                    v.kind = 's';
                    for (at++; at < end && *at != '"'; ) {
                        if (*at != '\\') { v.text += *at++; continue; }
                        char c = at[1]; at += 2;
                        if (c == 'u') {
                            unsigned u = four();
                            if (u >= 0xD800 && u < 0xDC00 && end - at >= 6 && at[0] == '\\') { at += 2; u = 0x10000 + ((u - 0xD800) << 10) + (four() - 0xDC00); }
                            utf8(v.text, u);
                        } else v.text += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
                    }
                    at++;
                } else if (*at == '[') {
                    v.kind = 'a';
                    for (at++, space(); at < end && *at != ']'; space()) v.items.push_back(value());
                    at++;
                } else if (*at == '{') {
                    v.kind = 'o';
                    for (at++, space(); at < end && *at != '}'; space()) { v.keys.push_back(value().text); v.items.push_back(value()); }
                    at++;
                } else {
                    while (at < end && !strchr(",]} \n\t\r", *at)) v.text += *at++;
                    v.kind = v.text == "null" ? 'n' : v.text == "true" || v.text == "false" ? 'b' : 'd';
                }
                return v;
            }
        };
        inline void read(const Value &v, bool &x) { x = v.text == "true" || (v.kind == 'd' && v.text != "0"); }
        inline void read(const Value &v, std::string &x) { x = v.text; }
        inline void read(const Value &v, const char *&x) { x = strdup(v.text.c_str()); }
        inline void read(const Value &v, char &x) { x = v.kind == 'd' ? char(atoi(v.text.c_str())) : v.text.empty() ? 0 : v.text[0]; }
        template <class T> typename std::enable_if<std::is_integral<T>::value>::type read(const Value &v, T &x) {
            if (v.kind == 'b') x = v.text == "true";
            else if (v.text.find_first_of(".eE") != std::string::npos) x = T(strtod(v.text.c_str(), nullptr));
            else x = v.text[0] == '-' ? T(strtoll(v.text.c_str(), nullptr, 10)) : T(strtoull(v.text.c_str(), nullptr, 10));
        }
        template <class T> typename std::enable_if<std::is_floating_point<T>::value>::type read(const Value &v, T &x) { x = T(strtold(v.text.c_str(), nullptr)); }
        template <class A, class B> void read(const Value &v, std::pair<A, B> &x);
        template <class T> void read(const Value &v, std::optional<T> &x);
        template <class T> void read(const Value &v, std::vector<T> &x);
        template <class T, size_t N> void read(const Value &v, std::array<T, N> &x);
        template <class... T> void read(const Value &v, std::tuple<T...> &x);
        template <class C> auto read(const Value &v, C &x) -> decltype(x.insert(typename C::key_type()), void());
        template <class C> auto read(const Value &v, C &x) -> decltype(x[typename C::key_type()] = typename C::mapped_type(), void());
        template <class A, class B> void read(const Value &v, std::pair<A, B> &x) { read(v.items.at(0), x.first); read(v.items.at(1), x.second); }
        template <class T> void read(const Value &v, std::optional<T> &x) { if (v.kind != 'n') { T item{}; read(v, item); x = item; } }
        template <class T> void read(const Value &v, std::vector<T> &x) {
            if (v.kind == 's') { for (char c : v.text) { Value one; one.kind = 's'; one.text = std::string(1, c); T item{}; read(one, item); x.push_back(item); } return; }
            for (const Value &i : v.items) { T item{}; read(i, item); x.push_back(item); }
        }
        template <class T, size_t N> void read(const Value &v, std::array<T, N> &x) { for (size_t i = 0; i < N; i++) read(v.items.at(i), x[i]); }
        template <class... T> void read(const Value &v, std::tuple<T...> &x) { size_t i = 0; std::apply([&](auto &...part) { (read(v.items.at(i++), part), ...); }, x); }
        template <class C> auto read(const Value &v, C &x) -> decltype(x.insert(typename C::key_type()), void()) {
            for (const Value &i : v.items) { typename C::key_type item{}; read(i, item); x.insert(item); }
        }
        template <class C> auto read(const Value &v, C &x) -> decltype(x[typename C::key_type()] = typename C::mapped_type(), void()) {
            for (size_t i = 0; i < v.items.size(); i++) {
                Value key; key.kind = 's'; key.text = v.keys.at(i);
                typename C::key_type k{}; read(key, k); read(v.items[i], x[k]);
            }
        }
        inline void show(std::string &out, bool x) { out += x ? "true" : "false"; }
        inline void show(std::string &out, const std::string &x) {
            out += '"';
            for (unsigned char c : x) {
                if (c == '"' || c == '\\') { out += '\\'; out += char(c); }
                else if (c < 0x20) { char code[8]; snprintf(code, sizeof code, "\\u%04x", c); out += code; }
                else out += char(c);
            }
            out += '"';
        }
        inline void show(std::string &out, const char *x) { if (x) show(out, std::string(x)); else out += "null"; }
        inline void show(std::string &out, char *x) { show(out, (const char *)x); }
        inline void show(std::string &out, char x) { show(out, std::string(1, x)); }
        template <class T> typename std::enable_if<std::is_integral<T>::value>::type show(std::string &out, T x) { out += std::to_string(x); }
        template <class T> typename std::enable_if<std::is_floating_point<T>::value>::type show(std::string &out, T x) {
            if (!std::isfinite(x)) { out += "null"; return; }
            char text[64]; snprintf(text, sizeof text, "%.17g", double(x)); out += text;
        }
        template <class A, class B> void show(std::string &out, const std::pair<A, B> &x);
        template <class T> void show(std::string &out, const std::optional<T> &x);
        template <class... T> void show(std::string &out, const std::tuple<T...> &x);
        template <class C> auto show(std::string &out, const C &x) -> decltype(x.begin(), typename C::value_type(), void());
        template <class A, class B> void show(std::string &out, const std::pair<A, B> &x) { out += '['; show(out, x.first); out += ','; show(out, x.second); out += ']'; }
        template <class T> void show(std::string &out, const std::optional<T> &x) { if (x) show(out, *x); else out += "null"; }
        template <class... T> void show(std::string &out, const std::tuple<T...> &x) {
            out += '['; bool first = true;
            std::apply([&](const auto &...part) { ((out += first ? "" : ",", first = false, show(out, part)), ...); }, x);
            out += ']';
        }
        template <class C, class = void> struct IsMap : std::false_type {};
        template <class C> struct IsMap<C, std::void_t<typename C::mapped_type>> : std::true_type {};
        template <class C> auto show(std::string &out, const C &x) -> decltype(x.begin(), typename C::value_type(), void()) {
            bool first = true;
            if constexpr (IsMap<C>::value) {
                out += '{';
                for (const auto &pair : x) {
                    std::string key; show(key, pair.first);
                    if (!first) out += ',';
                    out += key[0] == '"' ? key : '"' + key + '"'; out += ':'; show(out, pair.second); first = false;
                }
                out += '}';
            } else {
                out += '[';
                for (const auto &item : x) { if (!first) out += ','; first = false; show(out, static_cast<const typename C::value_type &>(item)); }
                out += ']';
            }
        }
        }
        """#

    private static let listValues = #"""
        namespace assay_calls {
        inline void read(const Value &v, ListNode *&x) {
            x = nullptr; ListNode **end = &x;
            for (const Value &i : v.items) { int n; read(i, n); *end = new ListNode(n); end = &(*end)->next; }
        }
        inline void show(std::string &out, ListNode *x) {
            out += '[';
            for (int n = 0; x && n < 1000000; x = x->next, n++) { if (n) out += ','; show(out, x->val); }
            out += ']';
        }
        }
        """#

    private static let treeValues = #"""
        namespace assay_calls {
        inline void read(const Value &v, TreeNode *&x) {
            x = nullptr;
            std::deque<TreeNode **> open{&x};
            for (const Value &i : v.items) {
                if (open.empty()) break;
                TreeNode **place = open.front(); open.pop_front();
                if (i.kind == 'n') continue;
                int n; read(i, n); *place = new TreeNode(n);
                open.push_back(&(*place)->left); open.push_back(&(*place)->right);
            }
        }
        inline void show(std::string &out, TreeNode *x) {
            std::vector<std::string> parts; std::deque<TreeNode *> open{x};
            while (!open.empty() && parts.size() < 1000000) {
                TreeNode *node = open.front(); open.pop_front();
                if (!node) { parts.push_back("null"); continue; }
                parts.push_back(std::to_string(node->val)); open.push_back(node->left); open.push_back(node->right);
            }
            while (!parts.empty() && parts.back() == "null") parts.pop_back();
            out += '[';
            for (size_t i = 0; i < parts.size(); i++) { if (i) out += ','; out += parts[i]; }
            out += ']';
        }
        }
        """#

    private static let driver = #"""
        namespace assay_calls {
        void send(char kind, unsigned index, const std::string &text) {
            std::string line(1, kind);
            for (unsigned n : {index, unsigned(text.size())}) for (int i = 0; i < 4; i++) line += char(n >> (8 * i) & 255);
            line += text;
            for (size_t at = 0; at < line.size(); ) {
                ssize_t n = write(3, line.data() + at, line.size() - at);
                if (n <= 0) _exit(1);
                at += size_t(n);
            }
        }
        template <class F, class... A, size_t... I> void made(unsigned index, const std::vector<Value> &args, F call, std::tuple<A...> &values, std::index_sequence<I...>) {
            if (args.size() != sizeof...(A)) { send('E', index, "the function takes another number of arguments"); _exit(1); }
            (read(args[I], std::get<I>(values)), ...);
            std::string out;
            using R = decltype(call(std::get<I>(values)...));
            if constexpr (std::is_void<R>::value) {
                call(std::get<I>(values)...);
                if constexpr (sizeof...(A) > 0) show(out, std::get<0>(values)); else out = "null";
            } else {
                auto value = call(std::get<I>(values)...);
                show(out, value);
            }
            send('J', index, out);
        }
        template <class R, class C, class... A> void invoke(unsigned index, const std::vector<Value> &args, R (C::*f)(A...)) {
            std::tuple<std::decay_t<A>...> values; C owner;
            made(index, args, [&](auto &...part) -> R { return (owner.*f)(part...); }, values, std::index_sequence_for<A...>());
        }
        template <class R, class C, class... A> void invoke(unsigned index, const std::vector<Value> &args, R (C::*f)(A...) const) {
            std::tuple<std::decay_t<A>...> values; C owner;
            made(index, args, [&](auto &...part) -> R { return (owner.*f)(part...); }, values, std::index_sequence_for<A...>());
        }
        template <class R, class... A> void invoke(unsigned index, const std::vector<Value> &args, R (*f)(A...)) {
            std::tuple<std::decay_t<A>...> values;
            made(index, args, [&](auto &...part) -> R { return f(part...); }, values, std::index_sequence_for<A...>());
        }
        void one(unsigned index, const std::string &name, const std::vector<Value> &args);
        }
        int main() {
            std::string text; char block[65536];
            for (ssize_t n; (n = ::read(0, block, sizeof block)) > 0; ) text.append(block, size_t(n));
            assay_calls::Reader reader{text.data(), text.data() + text.size()};
            assay_calls::Value request = reader.value();
            assay_calls::send('L', 0, "");
            for (unsigned index = 0; index < request.items.size(); index++) {
                try { assay_calls::one(index, request.items[index].items.at(0).text, request.items[index].items.at(1).items); }
                catch (const std::bad_alloc &) { assay_calls::send('M', index, ""); _exit(1); }
                catch (const std::exception &e) { assay_calls::send('E', index, std::string(e.what()).substr(0, 500)); _exit(1); }
                catch (...) { assay_calls::send('E', index, "an exception"); _exit(1); }
            }
            fflush(stdout);
            _exit(0);
        }
        """#
}
