namespace Tapedeck.Conformance;

/// <summary>The command line, or the data that it names, is of no use. Nothing was run.</summary>
internal sealed class UsageException(string message) : Exception(message);
