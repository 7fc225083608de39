/// Java: calls by reflection, with arguments made to be what the method's own parameters are.
enum JavaCalls {
    static func joined(_ program: String) -> String {
        let source = SourceText(program)
        func nodes(_ name: String, _ text: String) -> String {
            source.words.contains(Substring(name)) && !source.has("class", name) ? text : ""
        }
        let lines = program.split(separator: "\n", omittingEmptySubsequences: false)
        let imports = lines.filter { $0.hasPrefix("import ") && $0.contains(";") }
        let body = lines.filter { !$0.hasPrefix("import ") && !$0.hasPrefix("package ") }.map { line in
            line.hasPrefix("public ") ? line.dropFirst("public ".utf8.count) : line
        }
        let words = source.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        let classes = words.indices.dropLast().filter { words[$0] == "class" }.map { "\"\(words[$0 + 1])\"" }
        return (usual + imports.map(String.init)).joined(separator: "\n")
            + "\n"
            + driver.replacing("CLASSES", with: (["\"Solution\"", "\"Main\""] + classes).joined(separator: ", "))
            + nodes("ListNode", list) + nodes("TreeNode", tree) + "\n" + body.joined(separator: "\n") + "\n"
    }

    private static let usual = [
        "import java.util.*;", "import java.util.function.*;", "import java.util.stream.*;", "import java.math.*;",
    ]

    private static let list = """

        class ListNode {
            int val; ListNode next;
            ListNode() {} ListNode(int val) { this.val = val; } ListNode(int val, ListNode next) { this.val = val; this.next = next; }
        }
        """

    private static let tree = """

        class TreeNode {
            int val; TreeNode left, right;
            TreeNode() {} TreeNode(int val) { this.val = val; }
            TreeNode(int val, TreeNode left, TreeNode right) { this.val = val; this.left = left; this.right = right; }
        }
        """

    private static let driver = #"""
        class AssayCalls {
            static java.io.OutputStream out;
            static class Opaque extends RuntimeException { Opaque(Object value) { super(value.getClass().getName()); } }
            static void send(char kind, int index, String text) throws java.io.IOException {
                byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
                java.nio.ByteBuffer line = java.nio.ByteBuffer.allocate(9 + bytes.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
                line.put((byte) kind).putInt(index).putInt(bytes.length).put(bytes);
                out.write(line.array()); out.flush();
            }
            static class Reader {
                final String text; int at = 0;
                Reader(String text) { this.text = text; }
                void space() { while (at < text.length() && " \n\t\r,:".indexOf(text.charAt(at)) >= 0) at++; }
                Object value() {
                    space();
                    char c = text.charAt(at);
                    if (c == '"') {
                        StringBuilder s = new StringBuilder();
                        for (at++; text.charAt(at) != '"'; at++) {
                            char d = text.charAt(at);
                            if (d == '\\') {
                                d = text.charAt(++at);
                                if (d == 'u') { d = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16); at += 4; }
                                else d = d == 'n' ? '\n' : d == 't' ? '\t' : d == 'r' ? '\r' : d == 'b' ? '\b' : d == 'f' ? '\f' : d;
                            }
                            s.append(d);
                        }
                        at++;
                        return s.toString();
                    }
                    if (c == '[') {
                        java.util.ArrayList<Object> items = new java.util.ArrayList<>();
                        for (at++, space(); text.charAt(at) != ']'; space()) items.add(value());
                        at++;
                        return items;
                    }
                    if (c == '{') {
                        java.util.LinkedHashMap<Object, Object> map = new java.util.LinkedHashMap<>();
                        for (at++, space(); text.charAt(at) != '}'; space()) { Object key = value(); map.put(key, value()); }
                        at++;
                        return map;
                    }
                    int start = at;
                    while (at < text.length() && ",]} \n\t\r".indexOf(text.charAt(at)) < 0) at++;
                    String word = text.substring(start, at);
                    if (word.equals("null")) return null;
                    if (word.equals("true") || word.equals("false")) return word.equals("true");
                    return new java.math.BigDecimal(word);
                }
            }
            static Object field(Object node, String name) throws Exception {
                java.lang.reflect.Field f = node.getClass().getDeclaredField(name); f.setAccessible(true); return f.get(node);
            }
            static void put(Object node, String name, Object value) throws Exception {
                java.lang.reflect.Field f = node.getClass().getDeclaredField(name); f.setAccessible(true);
                f.set(node, name.equals("val") ? made(value, f.getGenericType()) : value);
            }
            static Object node(Class<?> kind, Object value) throws Exception {
                for (java.lang.reflect.Constructor<?> c : kind.getDeclaredConstructors()) {
                    c.setAccessible(true);
                    if (c.getParameterCount() == 0) { Object n = c.newInstance(); put(n, "val", value); return n; }
                    if (c.getParameterCount() == 1) return c.newInstance(made(value, c.getGenericParameterTypes()[0]));
                }
                throw new Opaque(kind);
            }
            static Object made(Object v, java.lang.reflect.Type type) throws Exception {
                if (type instanceof java.lang.reflect.WildcardType) type = ((java.lang.reflect.WildcardType) type).getUpperBounds()[0];
                if (type instanceof java.lang.reflect.GenericArrayType) {
                    java.util.List<?> items = (java.util.List<?>) v;
                    java.lang.reflect.Type part = ((java.lang.reflect.GenericArrayType) type).getGenericComponentType();
                    Class<?> raw = (Class<?>) (part instanceof java.lang.reflect.ParameterizedType ? ((java.lang.reflect.ParameterizedType) part).getRawType() : Object.class);
                    Object array = java.lang.reflect.Array.newInstance(raw, items.size());
                    for (int i = 0; i < items.size(); i++) java.lang.reflect.Array.set(array, i, made(items.get(i), part));
                    return array;
                }
                if (type instanceof java.lang.reflect.ParameterizedType) {
                    java.lang.reflect.Type[] parts = ((java.lang.reflect.ParameterizedType) type).getActualTypeArguments();
                    Class<?> raw = (Class<?>) ((java.lang.reflect.ParameterizedType) type).getRawType();
                    if (v == null) return raw == java.util.Optional.class ? java.util.Optional.empty() : null;
                    if (raw == java.util.Optional.class) return java.util.Optional.of(made(v, parts[0]));
                    if (java.util.Map.class.isAssignableFrom(raw)) {
                        java.util.Map<Object, Object> map = raw.isAssignableFrom(java.util.TreeMap.class) && raw != java.util.Map.class ? new java.util.TreeMap<>() : new java.util.LinkedHashMap<>();
                        for (java.util.Map.Entry<?, ?> e : ((java.util.Map<?, ?>) v).entrySet()) map.put(made(e.getKey(), parts[0]), made(e.getValue(), parts[1]));
                        return map;
                    }
                    java.util.Collection<Object> items;
                    if (raw.isAssignableFrom(java.util.ArrayList.class)) items = new java.util.ArrayList<>();
                    else if (raw.isAssignableFrom(java.util.LinkedList.class)) items = new java.util.LinkedList<>();
                    else if (raw.isAssignableFrom(java.util.LinkedHashSet.class)) items = new java.util.LinkedHashSet<>();
                    else if (raw.isAssignableFrom(java.util.TreeSet.class)) items = new java.util.TreeSet<>();
                    else throw new Opaque(raw);
                    for (Object item : (java.util.List<?>) v) items.add(made(item, parts[0]));
                    return items;
                }
                if (!(type instanceof Class)) return plain(v);
                Class<?> kind = (Class<?>) type;
                if (kind.getSimpleName().equals("ListNode")) {
                    Object first = null, last = null;
                    for (Object item : v == null ? java.util.List.of() : (java.util.List<?>) v) {
                        Object next = node(kind, item);
                        if (last == null) first = next; else put(last, "next", next);
                        last = next;
                    }
                    return first;
                }
                if (kind.getSimpleName().equals("TreeNode")) {
                    java.util.List<?> items = v == null ? java.util.List.of() : (java.util.List<?>) v;
                    if (items.isEmpty() || items.get(0) == null) return null;
                    Object root = node(kind, items.get(0));
                    java.util.ArrayDeque<Object> open = new java.util.ArrayDeque<>(java.util.List.of(root));
                    for (int i = 1; i < items.size() && !open.isEmpty(); ) {
                        Object parent = open.poll();
                        for (String side : new String[] {"left", "right"}) {
                            if (i >= items.size()) break;
                            Object item = items.get(i++);
                            if (item == null) continue;
                            Object child = node(kind, item);
                            put(parent, side, child); open.add(child);
                        }
                    }
                    return root;
                }
                if (v == null) return null;
                if (kind.isArray()) {
                    Class<?> part = kind.getComponentType();
                    if (part == char.class && v instanceof String) return ((String) v).toCharArray();
                    java.util.List<?> items = (java.util.List<?>) v;
                    Object array = java.lang.reflect.Array.newInstance(part, items.size());
                    for (int i = 0; i < items.size(); i++) java.lang.reflect.Array.set(array, i, made(items.get(i), part));
                    return array;
                }
                if (kind == String.class) return v.toString();
                if (kind == boolean.class || kind == Boolean.class) return v;
                if (kind == char.class || kind == Character.class) return v.toString().charAt(0);
                if (kind.isPrimitive() || Number.class.isAssignableFrom(kind)) {
                    java.math.BigDecimal n = new java.math.BigDecimal(v.toString());
                    if (kind == int.class || kind == Integer.class) return n.intValueExact();
                    if (kind == long.class || kind == Long.class) return n.longValueExact();
                    if (kind == short.class || kind == Short.class) return n.shortValueExact();
                    if (kind == byte.class || kind == Byte.class) return n.byteValueExact();
                    if (kind == float.class || kind == Float.class) return n.floatValue();
                    if (kind == java.math.BigInteger.class) return n.toBigIntegerExact();
                    return kind == java.math.BigDecimal.class ? n : (Object) n.doubleValue();
                }
                return plain(v);
            }
            static Object plain(Object v) {
                if (!(v instanceof java.math.BigDecimal)) return v;
                java.math.BigDecimal n = (java.math.BigDecimal) v;
                if (n.scale() > 0) return n.doubleValue();
                return n.precision() < 10 ? (Object) n.intValue() : (Object) n.longValue();
            }
            static void show(StringBuilder s, Object v, int depth) throws Exception {
                if (depth > 200) throw new Opaque(v);
                if (v == null) { s.append("null"); return; }
                if (v instanceof Boolean) { s.append(v.toString()); return; }
                if (v instanceof Double || v instanceof Float) {
                    double d = ((Number) v).doubleValue();
                    s.append(Double.isNaN(d) || Double.isInfinite(d) ? "null" : v.toString()); return;
                }
                if (v.getClass() == Integer.class || v.getClass() == Long.class || v.getClass() == Short.class || v.getClass() == Byte.class
                    || v.getClass() == java.math.BigInteger.class || v.getClass() == java.math.BigDecimal.class) { s.append(v.toString()); return; }
                if (v.getClass() == String.class || v.getClass() == Character.class || v.getClass() == StringBuilder.class) {
                    String text = v.toString();
                    s.append('"');
                    for (int i = 0; i < text.length(); i++) {
                        char c = text.charAt(i);
                        if (c == '"' || c == '\\') s.append('\\').append(c);
                        else if (c < 0x20) s.append(String.format("\\u%04x", (int) c));
                        else s.append(c);
                    }
                    s.append('"'); return;
                }
                if (v.getClass().isArray()) {
                    s.append('[');
                    for (int i = 0; i < java.lang.reflect.Array.getLength(v); i++) { if (i > 0) s.append(','); show(s, java.lang.reflect.Array.get(v, i), depth + 1); }
                    s.append(']'); return;
                }
                boolean isLibrary = v.getClass().getName().startsWith("java.util.") && v.getClass().getClassLoader() == null;
                if (isLibrary && v instanceof java.util.Collection) {
                    s.append('['); boolean first = true;
                    for (Object item : (java.util.Collection<?>) v) { if (!first) s.append(','); first = false; show(s, item, depth + 1); }
                    s.append(']'); return;
                }
                if (isLibrary && v instanceof java.util.Map) {
                    s.append('{'); boolean first = true;
                    for (java.util.Map.Entry<?, ?> e : ((java.util.Map<?, ?>) v).entrySet()) {
                        if (!first) s.append(',');
                        first = false; show(s, String.valueOf(e.getKey()), depth + 1); s.append(':'); show(s, e.getValue(), depth + 1);
                    }
                    s.append('}'); return;
                }
                if (isLibrary && v instanceof java.util.Optional) { show(s, ((java.util.Optional<?>) v).isPresent() ? ((java.util.Optional<?>) v).get() : null, depth + 1); return; }
                if (v.getClass().getSimpleName().equals("ListNode")) {
                    s.append('[');
                    for (int n = 0; v != null && n < 1000000; v = field(v, "next"), n++) { if (n > 0) s.append(','); show(s, field(v, "val"), depth + 1); }
                    s.append(']'); return;
                }
                if (v.getClass().getSimpleName().equals("TreeNode")) {
                    java.util.ArrayList<String> parts = new java.util.ArrayList<>();
                    java.util.LinkedList<Object> open = new java.util.LinkedList<>();
                    open.add(v);
                    while (!open.isEmpty() && parts.size() < 1000000) {
                        Object n = open.poll();
                        if (n == null) { parts.add("null"); continue; }
                        parts.add(String.valueOf(field(n, "val"))); open.add(field(n, "left")); open.add(field(n, "right"));
                    }
                    while (parts.get(parts.size() - 1).equals("null")) parts.remove(parts.size() - 1);
                    s.append('[').append(String.join(",", parts)).append(']'); return;
                }
                throw new Opaque(v);
            }
            public static void main(String[] words) throws Throwable {
                out = new java.io.FileOutputStream("/proc/self/fd/3");
                String text = new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
                java.util.List<?> request = (java.util.List<?>) new Reader(text).value();
                send('L', 0, "");
                for (int index = 0; index < request.size(); index++) {
                    String name = (String) ((java.util.List<?>) request.get(index)).get(0);
                    java.util.List<?> args = (java.util.List<?>) ((java.util.List<?>) request.get(index)).get(1);
                    try {
                        java.lang.reflect.Method method = null;
                        for (String owner : new String[] {CLASSES}) {
                            Class<?> found;
                            try { found = Class.forName(owner, false, AssayCalls.class.getClassLoader()); } catch (ClassNotFoundException e) { continue; }
                            for (java.lang.reflect.Method m : found.getDeclaredMethods())
                                if (m.getName().equals(name) && m.getParameterCount() == args.size() && !m.isBridge() && method == null) method = m;
                            if (method != null) break;
                        }
                        if (method == null) { send('N', index, name); Runtime.getRuntime().halt(1); }
                        method.setAccessible(true);
                        Object self = null;
                        if (!java.lang.reflect.Modifier.isStatic(method.getModifiers())) {
                            java.lang.reflect.Constructor<?> make = method.getDeclaringClass().getDeclaredConstructor();
                            make.setAccessible(true); self = make.newInstance();
                        }
                        Object[] values = new Object[args.size()];
                        for (int i = 0; i < values.length; i++) values[i] = made(args.get(i), method.getGenericParameterTypes()[i]);
                        Object value = method.invoke(self, values);
                        if (method.getReturnType() == void.class && values.length > 0) value = values[0];
                        if (value == null && method.getReturnType().getSimpleName().matches("ListNode|TreeNode")) value = new int[0];
                        StringBuilder s = new StringBuilder();
                        try { show(s, value, 0); } catch (Opaque e) { send('O', index, String.valueOf(e.getMessage())); continue; }
                        send('J', index, s.toString());
                    } catch (Throwable e) {
                        Throwable cause = e instanceof java.lang.reflect.InvocationTargetException ? e.getCause() : e;
                        if (cause instanceof OutOfMemoryError) send('M', index, "");
                        else send('E', index, cause.getClass().getName());
                        Runtime.getRuntime().halt(1);
                    }
                }
                System.out.flush();
                Runtime.getRuntime().halt(0);
            }
        }
        """#
}
