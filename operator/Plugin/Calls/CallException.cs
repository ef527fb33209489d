namespace Tapedeck.Plugin.Calls;

/// <summary>A tool could not be asked. The message says why, for people.</summary>
internal sealed class CallException(string message) : Exception(message);
