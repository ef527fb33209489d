namespace Tapedeck.Mcp;

/// <summary>
/// A tool that can be called. It does not betray where it runs: in this process, in a worker process or elsewhere. Calls may run at the same
/// time.
/// </summary>
public interface ITool
{
    /// <summary>What clients are told about the tool. Constant for the life of the object: a tool that changes is another tool.</summary>
    ToolDeclaration Declaration { get; }

    /// <summary>Calls the tool.</summary>
    /// <param name="arguments">
    /// A JSON object: valid UTF-8, unique names, paired surrogates, bounded depth; not yet checked against the input schema. The memory is
    /// the caller's and must not be read after the returned task has completed.
    /// </param>
    /// <param name="context">Who calls, and the ways to report and to be cancelled.</param>
    /// <returns>The answer. What the tool itself reports as failed is a <see cref="ToolResult"/> with <see cref="ToolResult.IsError"/>.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled by <see cref="CallContext.Cancellation"/>; nobody waits for an
    /// answer. Every other exception is a bug: the caller is told "internal error" and no more.</exception>
    ValueTask<ToolReply> CallAsync(ReadOnlyMemory<byte> arguments, CallContext context);
}
