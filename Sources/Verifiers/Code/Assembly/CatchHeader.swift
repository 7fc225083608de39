/// The part of Catch2's interface that exercises use, written anew: cases, sections, assertions, matchers.
///
/// Names are those that https://github.com/catchorg/Catch2 documents. `seen` stands for a namespace that no program can name.
enum CatchHeader {
    /// The header, with the secret word of a run in the place of `seen`.
    static func text(_ word: String) -> String { source.replacing("$seen", with: "seen_" + word) }

    /// Macros that programs may have defined, and that mean the tests' own here.
    static let macros = [
        "TEST_CASE", "SECTION", "SCENARIO", "GIVEN", "WHEN", "THEN", "AND_WHEN", "AND_THEN", "AND_GIVEN", "REQUIRE",
        "CHECK",
        "REQUIRE_FALSE", "CHECK_FALSE", "REQUIRE_THROWS", "CHECK_THROWS", "REQUIRE_THROWS_AS", "CHECK_THROWS_AS",
        "REQUIRE_THROWS_WITH", "CHECK_THROWS_WITH", "REQUIRE_NOTHROW", "CHECK_NOTHROW", "REQUIRE_THAT", "CHECK_THAT",
        "FAIL",
        "FAIL_CHECK", "SUCCEED", "INFO", "CAPTURE", "WARN", "UNSCOPED_INFO", "STATIC_REQUIRE", "TEST_CASE_METHOD",
        "CATCH_REGISTER_ENUM",
    ]

    private static let source = #"""
        #include <algorithm>
        #include <cmath>
        #include <cstdlib>
        #include <exception>
        #include <iostream>
        #include <set>
        #include <sstream>
        #include <string>
        #include <vector>
        #include <unistd.h>
        namespace $seen {
            struct Stop {};
            struct Case { const char *name; void (*run)(); };
            inline std::vector<Case> &cases() { static std::vector<Case> all; return all; }
            struct Add { Add(const char *name, void (*run)()) { cases().push_back({name, run}); } };
            inline long bad = 0, ran = 0;
            inline void check(bool holds, const char *text, int line, bool stops) {
                ran++;
                if (holds) return;
                bad++;
                std::cerr << "line " << line << ": " << text << std::endl;
                if (stops) throw Stop();
            }
            // A case is run once for each leaf of its sections.
            inline std::set<std::string> done;
            inline std::string path;
            inline bool left = false, pending = false;
            struct Section {
                bool active = false; std::string before = path;
                Section(const std::string &name, int line) {
                    std::string own = path + "/" + std::to_string(line) + name;
                    if (done.count(own)) return;
                    if (left) { pending = true; return; }
                    active = true; path = own;
                }
                ~Section() { if (!active) return; if (!pending) done.insert(path); left = true; path = before; }
                explicit operator bool() const { return active; }
            };
            inline bool passes(const Case &one) {
                long already = bad, asserted = ran;
                done.clear();
                do {
                    path.clear(); left = pending = false;
                    try { one.run(); }
                    catch (const Stop &) {}
                    catch (const std::exception &e) { bad++; std::cerr << one.name << ": " << e.what() << std::endl; }
                    catch (...) { bad++; std::cerr << one.name << ": an exception" << std::endl; }
                } while (pending);
                return bad == already && ran > asserted;
            }
        }
        namespace Catch {
            class Approx {
                double value, epsilon_ = 1.1920928955078125e-5, margin_ = 0, scale_ = 0;
            public:
                explicit Approx(double v) : value(v) {}
                Approx &epsilon(double e) { epsilon_ = e; return *this; }
                Approx &margin(double m) { margin_ = m; return *this; }
                Approx &scale(double s) { scale_ = s; return *this; }
                bool fits(double v) const { return v == value || std::fabs(v - value) <= std::max(margin_, epsilon_ * (scale_ + std::fabs(value))); }
                friend bool operator==(double a, const Approx &b) { return b.fits(a); }
                friend bool operator==(const Approx &a, double b) { return a.fits(b); }
                friend bool operator!=(double a, const Approx &b) { return !b.fits(a); }
                friend bool operator!=(const Approx &a, double b) { return !a.fits(b); }
            };
            namespace Matchers {
                template <class F> struct Made { F match; template <class T> bool operator()(const T &v) const { return match(v); } };
                template <class T> struct MatcherBase {
                    virtual ~MatcherBase() = default;
                    virtual bool match(const T &value) const = 0;
                    virtual std::string describe() const { return ""; }
                };
                struct MatcherGenericBase { virtual ~MatcherGenericBase() = default; virtual std::string describe() const { return ""; } };
                template <class F> Made<F> made(F f) { return {f}; }
                inline auto Equals(const std::string &want) { return made([want](const std::string &v) { return v == want; }); }
                template <class T> auto Equals(const std::vector<T> &want) { return made([want](const std::vector<T> &v) { return v == want; }); }
                template <class T> auto UnorderedEquals(const std::vector<T> &want) {
                    return made([want](const std::vector<T> &v) { return v.size() == want.size() && std::is_permutation(v.begin(), v.end(), want.begin()); });
                }
                template <class T> auto VectorContains(const T &want) { return made([want](const auto &v) { return std::find(v.begin(), v.end(), want) != v.end(); }); }
                inline auto ContainsSubstring(const std::string &want) { return made([want](const std::string &v) { return v.find(want) != std::string::npos; }); }
                inline auto Contains(const std::string &want) { return ContainsSubstring(want); }
                inline auto StartsWith(const std::string &want) { return made([want](const std::string &v) { return v.compare(0, want.size(), want) == 0; }); }
                inline auto EndsWith(const std::string &want) {
                    return made([want](const std::string &v) { return v.size() >= want.size() && v.compare(v.size() - want.size(), want.size(), want) == 0; });
                }
                inline auto WithinAbs(double want, double by) { return made([=](double v) { return std::fabs(v - want) <= by; }); }
                inline auto WithinRel(double want, double by = 2.220446049250313e-14) {
                    return made([=](double v) { return std::fabs(v - want) <= by * std::max(std::fabs(v), std::fabs(want)); });
                }
                inline auto Message(const std::string &want) { return made([want](const std::exception &e) { return want == e.what(); }); }
            }
            using namespace Matchers;
        }
        #define JOINED2_$seen(a, b) a##b
        #define JOINED_$seen(a, b) JOINED2_$seen(a, b)
        #define CASE_$seen(function, ...) static void function(); static $seen::Add JOINED_$seen(function, _added)(#__VA_ARGS__, function); static void function()
        #define TEST_CASE(...) CASE_$seen(JOINED_$seen(case_$seen, __LINE__), __VA_ARGS__)
        #define SCENARIO(...) TEST_CASE(__VA_ARGS__)
        #define TEST_CASE_METHOD(owner, ...) \
            namespace { struct JOINED_$seen(fixture_$seen, __LINE__) : owner { void test(); }; } \
            static $seen::Add JOINED_$seen(added_$seen, __LINE__)(#__VA_ARGS__, [] { JOINED_$seen(fixture_$seen, __LINE__) f; f.test(); }); \
            void JOINED_$seen(fixture_$seen, __LINE__)::test()
        #define SECTION(name, ...) if ($seen::Section JOINED_$seen(section_$seen, __LINE__){name, __LINE__})
        #define GIVEN(name) SECTION(name)
        #define WHEN(name) SECTION(name)
        #define THEN(name) SECTION(name)
        #define AND_GIVEN(name) SECTION(name)
        #define AND_WHEN(name) SECTION(name)
        #define AND_THEN(name) SECTION(name)
        #define HOLDS_$seen(stops, ...) $seen::check(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __LINE__, stops)
        #define REQUIRE(...) HOLDS_$seen(true, (__VA_ARGS__))
        #define CHECK(...) HOLDS_$seen(false, (__VA_ARGS__))
        #define STATIC_REQUIRE(...) HOLDS_$seen(true, (__VA_ARGS__))
        #define REQUIRE_FALSE(...) HOLDS_$seen(true, !(__VA_ARGS__))
        #define CHECK_FALSE(...) HOLDS_$seen(false, !(__VA_ARGS__))
        #define TRIED_$seen(stops, call, caught, text) do { bool holds_$seen = false; try { (void)(call); } caught $seen::check(holds_$seen, text, __LINE__, stops); } while (0)
        #define REQUIRE_THROWS(...) TRIED_$seen(true, (__VA_ARGS__), catch (...) { holds_$seen = true; }, #__VA_ARGS__)
        #define CHECK_THROWS(...) TRIED_$seen(false, (__VA_ARGS__), catch (...) { holds_$seen = true; }, #__VA_ARGS__)
        #define AS_$seen(kind) catch (const kind &) { holds_$seen = true; } catch (...) {}
        #define REQUIRE_THROWS_AS(call, kind) TRIED_$seen(true, call, AS_$seen(kind), #call)
        #define CHECK_THROWS_AS(call, kind) TRIED_$seen(false, call, AS_$seen(kind), #call)
        #define WITH_$seen(text) catch (const std::exception &e) { holds_$seen = std::string(text) == e.what(); } catch (...) {}
        #define REQUIRE_THROWS_WITH(call, text) TRIED_$seen(true, call, WITH_$seen(text), #call)
        #define CHECK_THROWS_WITH(call, text) TRIED_$seen(false, call, WITH_$seen(text), #call)
        #define NOTHING_$seen(stops, ...) do { bool holds_$seen = true; try { (void)(__VA_ARGS__); } catch (...) { holds_$seen = false; } $seen::check(holds_$seen, #__VA_ARGS__, __LINE__, stops); } while (0)
        #define REQUIRE_NOTHROW(...) NOTHING_$seen(true, __VA_ARGS__)
        #define CHECK_NOTHROW(...) NOTHING_$seen(false, __VA_ARGS__)
        #define REQUIRE_THAT(value, ...) $seen::check((__VA_ARGS__).match(value), #value, __LINE__, true)
        #define CHECK_THAT(value, ...) $seen::check((__VA_ARGS__).match(value), #value, __LINE__, false)
        #define FAIL(...) $seen::check(false, "FAIL", __LINE__, true)
        #define FAIL_CHECK(...) $seen::check(false, "FAIL", __LINE__, false)
        #define SUCCEED(...) $seen::check(true, "", __LINE__, false)
        #define INFO(...)
        #define UNSCOPED_INFO(...)
        #define CAPTURE(...)
        #define WARN(...)
        #define CATCH_REGISTER_ENUM(...)

        """#
}
