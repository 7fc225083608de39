/// LeetCode's linked lists and binary trees: rows state them as lists, programs take and return nodes.
///
/// Read by the annotations of the function that is called. A program that defines the classes itself keeps its own.
enum PythonNodes {
    static let source = #"""
        NODES = '''
        class ListNode:
            def __init__(self, val=0, next=None):
                self.val, self.next = val, next
        class TreeNode:
            def __init__(self, val=0, left=None, right=None):
                self.val, self.left, self.right = val, left, right
        '''

        def node_classes(source, names):
            "What the program lacks of the two classes; whether it speaks of either."
            import re
            if "ListNode" not in source and "TreeNode" not in source:
                return False
            made = {"__name__": "solution", "__builtins__": builtins}
            exec(NODES, made)
            for name in ("ListNode", "TreeNode"):
                if not re.search(r"^\s*class\s+" + name + r"\b", source, re.M):
                    names.setdefault(name, made[name])
            import typing
            for name in ("Optional", "List"):
                names.setdefault(name, getattr(typing, name))
            return True

        def chain_of(kind, items):
            first = None
            for item in reversed(items):
                node = kind(item)
                node.next, first = first, node
            return first

        def tree_of(kind, items):
            if not items or items[0] is None:
                return None
            root = kind(items[0])
            waiting, place = collections.deque([root]), 1
            while waiting and place < len(items):
                node = waiting.popleft()
                for side in ("left", "right"):
                    if place < len(items) and items[place] is not None:
                        child = kind(items[place])
                        setattr(node, side, child)
                        waiting.append(child)
                    place += 1
            return root

        def with_nodes(target, arguments, names):
            "The arguments as the function's annotations want them, and whether it returns nodes."
            function = getattr(target, "__func__", target)
            code, notes = getattr(function, "__code__", None), getattr(function, "__annotations__", {})
            if code is None:
                return arguments, False
            words = list(code.co_varnames[:code.co_argcount])
            if function is not target:
                words = words[1:]
            made = list(arguments)
            for place, word in enumerate(words[:len(made)]):
                note = str(notes.get(word, ""))
                for name, make in (("ListNode", chain_of), ("TreeNode", tree_of)):
                    if name not in note or type(made[place]) is not list:
                        continue
                    kind, items = names[name], made[place]
                    if "List[" in note and all(type(item) is list for item in items):
                        made[place] = [make(kind, item) for item in items]
                    else:
                        made[place] = make(kind, items)
            return made, any(name in str(notes.get("return", "")) for name in ("ListNode", "TreeNode"))

        def without_nodes(value, returns_nodes, names):
            "Nodes as the lists that rows state; anything else as it is."
            if type(value) is list and returns_nodes:
                return [without_nodes(item, returns_nodes, names) for item in value]
            if value is None and returns_nodes:
                return []
            if type(value) is names.get("ListNode"):
                found, seen = [], set()
                while value is not None and id(value) not in seen and len(found) < 1000000:
                    seen.add(id(value))
                    found.append(value.val)
                    value = value.next
                return found
            if type(value) is names.get("TreeNode"):
                found, waiting, seen = [], collections.deque([value]), set()
                while waiting and len(found) < 1000000:
                    node = waiting.popleft()
                    if node is None or id(node) in seen:
                        found.append(None)
                        continue
                    seen.add(id(node))
                    found.append(node.val)
                    waiting += (node.left, node.right)
                while found and found[-1] is None:
                    found.pop()
                return found
            return value

        """#
}
