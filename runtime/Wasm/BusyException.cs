namespace Tapedeck.Wasm;

/// <summary>No thread can take the call, now or soon. Trying again later may work.</summary>
public sealed class BusyException(string message) : Exception(message);
