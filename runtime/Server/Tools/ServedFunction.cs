using Tapedeck.Components.Types;
using Tapedeck.Manifest.Specs;

namespace Tapedeck.Server.Tools;

/// <summary>A function of a component that is served as a tool.</summary>
/// <param name="Name">Of the tool.</param>
/// <param name="Export">As <c>greet</c>, or <c>acme:weather/forecasts@1.2.0#today</c>.</param>
/// <param name="Parameters">Those of the function as a record.</param>
/// <param name="Override">What the platform team says of the tool; null is nothing.</param>
internal sealed record ServedFunction(
    string Name, string Export, FuncType Type, RecordType Parameters, string? Description, byte[] InputSchema, byte[] OutputSchema, ToolOverride? Override)
{
    /// <summary>Whether an error is a value of the function.</summary>
    internal ResultType? Fallible => Type.Result as ResultType;
}

/// <summary>A function that cannot be served.</summary>
internal sealed record UnservedFunction(string Export, string Reason);
