/// The part of testlib's interface that checkers use, written anew: readers of three files and a verdict as an exit code.
///
/// Names and codes are those that https://github.com/MikeMirzayanov/testlib documents; what only generators and validators need
/// is left out.
enum TestlibHeader {
    static let text = #"""
        #pragma once
        #include <bits/stdc++.h>
        enum TResult { _ok = 0, _wa = 1, _pe = 2, _fail = 3, _dirt = 4, _points = 5, _unexpected_eof = 8, _partially = 16 };
        enum TTestlibMode { _unknown, _checker, _validator, _generator, _interactor, _scorer };
        inline int _pc(int points) { return _partially + points; }
        inline std::string testlib_format(const char *form, va_list words) {
            va_list again; va_copy(again, words);
            int n = vsnprintf(nullptr, 0, form, again); va_end(again);
            std::string text(n > 0 ? n : 0, ' ');
            if (n > 0) vsnprintf(&text[0], size_t(n) + 1, form, words);
            return text;
        }
        inline std::string format(const char *form, ...) { va_list w; va_start(w, form); std::string s = testlib_format(form, w); va_end(w); return s; }
        inline std::string format(const std::string form, ...) { va_list w; va_start(w, form); std::string s = testlib_format(form.c_str(), w); va_end(w); return s; }
        [[noreturn]] inline void testlib_end(int code, const std::string &text) { std::cerr << text << std::endl; _Exit(code == 8 ? 8 : code >= 16 ? 7 : code == _points ? 7 : code); }
        [[noreturn]] inline void quit(TResult result, const std::string &text) { testlib_end(result, text); }
        [[noreturn]] inline void quit(TResult result, const char *text) { testlib_end(result, text); }
        [[noreturn]] inline void quitf(TResult result, const char *form, ...) { va_list w; va_start(w, form); std::string s = testlib_format(form, w); va_end(w); testlib_end(result, s); }
        [[noreturn]] inline void quitf(int result, const char *form, ...) { va_list w; va_start(w, form); std::string s = testlib_format(form, w); va_end(w); testlib_end(result, s); }
        inline void quitif(bool holds, TResult result, const char *form, ...) { if (!holds) return; va_list w; va_start(w, form); std::string s = testlib_format(form, w); va_end(w); testlib_end(result, s); }
        [[noreturn]] inline void quitp(double points, const std::string &text = "") { testlib_end(points >= 1 ? _ok : _points, text); }
        template <class... W> [[noreturn]] inline void quitp(double points, const char *form, W... words) { testlib_end(points >= 1 ? _ok : _points, format(form, words...)); }
        struct InStream {
            std::string data, name; size_t at = 0; TResult blame = _fail; bool strict = false;
            void open(const char *file, TResult whom, const char *called) {
                std::ifstream in(file, std::ios::binary); std::stringstream all; all << in.rdbuf();
                data = all.str(); data.erase(std::remove(data.begin(), data.end(), '\r'), data.end()); blame = whom; name = called; at = 0;
            }
            static bool blank(char c) { return c == ' ' || c == '\n' || c == '\t'; }
            [[noreturn]] void quit(TResult result, const std::string &text) { testlib_end(blame == _fail ? int(_fail) : int(result), name + ": " + text); }
            [[noreturn]] void quitf(TResult result, const char *form, ...) { va_list w; va_start(w, form); std::string s = testlib_format(form, w); va_end(w); quit(result, s); }
            void quitif(bool holds, TResult result, const char *form, ...) { if (!holds) return; va_list w; va_start(w, form); std::string s = testlib_format(form, w); va_end(w); quit(result, s); }
            void skipBlanks() { while (at < data.size() && blank(data[at])) at++; }
            bool eof() { return at >= data.size(); }
            bool seekEof() { skipBlanks(); return eof(); }
            bool eoln() { return eof() || data[at] == '\n'; }
            bool seekEoln() { while (at < data.size() && (data[at] == ' ' || data[at] == '\t')) at++; return eoln(); }
            void readEoln() { seekEoln(); if (!eof()) at++; }
            void readEof() { if (!seekEof()) quit(_pe, "expected the end"); }
            void nextLine() { readLine(); }
            char curChar() { return eof() ? char(-1) : data[at]; }
            char readChar() { if (eof()) quit(_unexpected_eof, "unexpected end"); return data[at++]; }
            char readChar(char c) { char got = readChar(); if (got != c) quit(_pe, std::string("expected '") + c + "'"); return got; }
            char nextChar() { return readChar(); }
            void skipChar() { readChar(); }
            void unreadChar(char) { if (at) at--; }
            char readSpace() { return readChar(' '); }
            std::string readToken() {
                skipBlanks();
                if (eof()) quit(_unexpected_eof, "unexpected end, a token is expected");
                size_t from = at;
                while (at < data.size() && !blank(data[at])) at++;
                return data.substr(from, at - from);
            }
            std::string readWord() { return readToken(); }
            static bool fits(const std::string &word, const std::string &pattern) {
                try { return std::regex_match(word, std::regex(pattern)); } catch (const std::regex_error &) { return true; }
            }
            std::string readToken(const std::string &pattern, const std::string &what = "") {
                std::string word = readToken();
                if (!fits(word, pattern)) quit(_wa, "token " + what + " is '" + word.substr(0, 60) + "' and does not match " + pattern);
                return word;
            }
            std::string readWord(const std::string &pattern, const std::string &what = "") { return readToken(pattern, what); }
            void readTokenTo(std::string &word) { word = readToken(); }
            void readWordTo(std::string &word) { word = readToken(); }
            std::string readLine() {
                if (eof()) quit(_unexpected_eof, "unexpected end, a line is expected");
                size_t from = at;
                while (at < data.size() && data[at] != '\n') at++;
                std::string line = data.substr(from, at - from);
                if (at < data.size()) at++;
                return line;
            }
            std::string readString() { return readLine(); }
            std::string readLine(const std::string &pattern, const std::string &what = "") {
                std::string line = readLine();
                if (!fits(line, pattern)) quit(_wa, "line " + what + " does not match " + pattern);
                return line;
            }
            std::string readString(const std::string &pattern, const std::string &what = "") { return readLine(pattern, what); }
            void readLineTo(std::string &line) { line = readLine(); }
            void readStringTo(std::string &line) { line = readLine(); }
            long long readLong() {
                std::string word = readToken();
                size_t i = word[0] == '-' ? 1 : 0;
                if (i == word.size() || word.size() - i > 19 || !std::all_of(word.begin() + long(i), word.end(), [](char c) { return c >= '0' && c <= '9'; }))
                    quit(_pe, "expected an integer, found '" + word.substr(0, 60) + "'");
                errno = 0;
                long long n = strtoll(word.c_str(), nullptr, 10);
                if (errno) quit(_pe, "the integer is too large: " + word.substr(0, 60));
                return n;
            }
            long long readLong(long long low, long long high, const std::string &what = "") {
                long long n = readLong();
                if (n < low || n > high) quit(_wa, "integer " + what + " is " + std::to_string(n) + ", outside [" + std::to_string(low) + ", " + std::to_string(high) + "]");
                return n;
            }
            unsigned long long readUnsignedLong() {
                std::string word = readToken();
                if (word.size() > 20 || !std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; })) quit(_pe, "expected an unsigned integer");
                return strtoull(word.c_str(), nullptr, 10);
            }
            int readInt() { return int(readLong(INT_MIN, INT_MAX)); }
            int readInteger() { return readInt(); }
            int readInt(int low, int high, const std::string &what = "") { return int(readLong(low, high, what)); }
            int readInteger(int low, int high, const std::string &what = "") { return readInt(low, high, what); }
            double readDouble() {
                std::string word = readToken(); char *end = nullptr;
                double n = strtod(word.c_str(), &end);
                bool plain = std::all_of(word.begin(), word.end(), [](char c) { return (c >= '0' && c <= '9') || strchr("+-.eE", c); });
                if (!plain || *end || !std::isfinite(n)) quit(_pe, "expected a number, found '" + word.substr(0, 60) + "'");
                return n;
            }
            double readReal() { return readDouble(); }
            double readDouble(double low, double high, const std::string &what = "") {
                double n = readDouble();
                if (!(n >= low && n <= high)) quit(_wa, "number " + what + " is out of its range");
                return n;
            }
            double readReal(double low, double high, const std::string &what = "") { return readDouble(low, high, what); }
            double readStrictDouble(double low, double high, int, int, const std::string &what = "") { return readDouble(low, high, what); }
            double readStrictReal(double low, double high, int, int, const std::string &what = "") { return readDouble(low, high, what); }
            std::vector<int> readInts(int n, int low, int high, const std::string &what = "", int = 1) { std::vector<int> v; for (int i = 0; i < n; i++) v.push_back(readInt(low, high, what)); return v; }
            std::vector<int> readIntegers(int n, int low, int high, const std::string &what = "", int = 1) { return readInts(n, low, high, what); }
            std::vector<int> readInts(int n) { std::vector<int> v; for (int i = 0; i < n; i++) v.push_back(readInt()); return v; }
            std::vector<long long> readLongs(int n, long long low, long long high, const std::string &what = "", int = 1) { std::vector<long long> v; for (int i = 0; i < n; i++) v.push_back(readLong(low, high, what)); return v; }
            std::vector<std::string> readTokens(int n) { std::vector<std::string> v; for (int i = 0; i < n; i++) v.push_back(readToken()); return v; }
            std::vector<std::string> readWords(int n) { return readTokens(n); }
            std::vector<double> readDoubles(int n, double low, double high, const std::string &what = "", int = 1) { std::vector<double> v; for (int i = 0; i < n; i++) v.push_back(readDouble(low, high, what)); return v; }
        };
        static InStream inf, ouf, ans;
        static TTestlibMode testlibMode = _unknown;
        inline void registerTestlibCmd(int count, char *words[]) {
            testlibMode = _checker;
            if (count < 4) testlib_end(_fail, "the checker needs three files");
            inf.open(words[1], _fail, "input"); ouf.open(words[2], _wa, "output"); ans.open(words[3], _fail, "answer");
        }
        inline void registerTestlib(int count, ...) { va_list w; va_start(w, count); char *words[4] = {nullptr, va_arg(w, char *), va_arg(w, char *), va_arg(w, char *)}; va_end(w); registerTestlibCmd(4, words); }
        template <class... W> inline void setName(const char *, W...) {}
        inline void setTestCase(int) {}
        inline void unsetTestCase() {}
        inline void disableFinalizeGuard() {}
        inline void __testlib_ensure(bool holds, const std::string &text) { if (!holds) testlib_end(_fail, text); }
        #define ensure(holds) __testlib_ensure(bool(holds), "a condition does not hold: " #holds)
        template <class... W> inline void ensuref(bool holds, const char *form, W... words) { if (!holds) testlib_end(_fail, format(form, words...)); }
        inline double doubleDelta(double expected, double result) { double d = std::abs(result - expected); return std::abs(expected) > 1e-9 ? std::min(d, std::abs(d / expected)) : d; }
        inline bool doubleCompare(double expected, double result, double most) {
            if (std::isnan(expected)) return std::isnan(result);
            if (std::isinf(expected)) return expected == result;
            if (!std::isfinite(result)) return false;
            return std::abs(result - expected) <= most + 1e-15 || std::abs(result - expected) <= most * std::abs(expected) + 1e-15;
        }
        inline std::string upperCase(std::string s) { for (char &c : s) c = char(toupper(c)); return s; }
        inline std::string lowerCase(std::string s) { for (char &c : s) c = char(tolower(c)); return s; }
        inline std::string trim(const std::string &s) { size_t a = s.find_first_not_of(" \t\n\r"), b = s.find_last_not_of(" \t\n\r"); return a == std::string::npos ? "" : s.substr(a, b - a + 1); }
        inline std::string compress(const std::string &s) { return s.size() <= 64 ? s : s.substr(0, 30) + "..." + s.substr(s.size() - 31); }
        inline std::string englishEnding(int n) { n %= 100; if (n / 10 == 1) return "th"; n %= 10; return n == 1 ? "st" : n == 2 ? "nd" : n == 3 ? "rd" : "th"; }
        inline bool isBlanks(char c) { return InStream::blank(c); }
        inline long long stringToLongLong(InStream &, const char *text) { return strtoll(text, nullptr, 10); }
        template <class T> inline std::string vtos(const T &value) { std::ostringstream s; s << value; return s.str(); }
        template <class T> inline std::string toString(const T &value) { return vtos(value); }
        inline std::vector<std::string> tokenize(const std::string &s, char mark) { std::vector<std::string> v; std::string word; std::stringstream in(s); while (std::getline(in, word, mark)) if (!word.empty()) v.push_back(word); return v; }
        inline std::vector<std::string> split(const std::string &s, char mark) { std::vector<std::string> v; std::string word; std::stringstream in(s); while (std::getline(in, word, mark)) v.push_back(word); return v; }
        """#
}
