struct FunctionCall {
    var function: String
    var arguments: [PythonValue]
    var keywords: [PythonValue.Pair] = []
}
