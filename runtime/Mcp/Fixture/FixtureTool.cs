using System.Text;

namespace Tapedeck.Mcp.Fixture;

/// <summary>A tool of the fixture: a name that the conformance suite knows, and what it wants to see.</summary>
internal sealed class FixtureTool(string name, string description, Func<ReadOnlyMemory<byte>, CallContext, ValueTask<ToolReply>> call, string? schema = null)
    : ITool
{
    private const string NoArguments = """{"type":"object","additionalProperties":false}""";

    internal FixtureTool(string name, string description, Func<CallContext, ToolReply> call)
        : this(name, description, (_, context) => ValueTask.FromResult(call(context)))
    {
    }

    public ToolDeclaration Declaration { get; } = new()
    {
        Name = name,
        Description = description,
        InputSchema = Encoding.UTF8.GetBytes(schema ?? NoArguments),
    };

    public ValueTask<ToolReply> CallAsync(ReadOnlyMemory<byte> arguments, CallContext context) => call(arguments, context);
}
