namespace Tapedeck.Fuzz.Playing;

/// <summary>A host function did not want to go on. It is no trap, and passes through guest code as it is.</summary>
internal sealed class HostRefusalException() : Exception("the host refused");
