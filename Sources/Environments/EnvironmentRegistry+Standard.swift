extension EnvironmentRegistry {
    /// All that are built in.
    public static let standard: EnvironmentRegistry = {
        var registry = EnvironmentRegistry()
        registry.register(CalculatorEnvironment.self)
        registry.register(GameEnvironment.self)
        registry.register(RetryEnvironment.self)
        registry.register(CritiqueEnvironment.self)
        registry.register(HintEnvironment.self)
        registry.register(DialogueEnvironment.self)
        registry.register(SearchEnvironment.self)
        registry.register(PythonEnvironment.self)
        registry.register(ShellEnvironment.self)
        registry.register(FilesEnvironment.self)
        registry.register(SQLEnvironment.self)
        registry.register(CommandEnvironment.self)
        registry.register(MCPEnvironment.self)
        registry.register(NeMoGymEnvironment.self)
        return registry
    }()
}
