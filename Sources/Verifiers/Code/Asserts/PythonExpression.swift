/// An assertion's expression: constants and built-in functions are evaluated here, calls of the program elsewhere.
indirect enum PythonExpression {
    case constant(PythonValue)
    /// The value of the program's call of this number.
    case call(Int)
    case list([PythonExpression])
    case tuple([PythonExpression])
    case set([PythonExpression])
    case dict([(PythonExpression, PythonExpression)])
    case unary(String, PythonExpression)
    case binary(String, PythonExpression, PythonExpression)
    case compare(PythonExpression, [(String, PythonExpression)])
    case both(String, PythonExpression, PythonExpression)
    /// A built-in function.
    case function(String, [PythonExpression], [(String, PythonExpression)])
    case subscripted(PythonExpression, PythonExpression)
}
