namespace Tapedeck.Wasi.Cli;

/// <summary>The guest called <c>exit</c>. No trap: it ends the call as the guest wished.</summary>
/// <param name="code">0 for success.</param>
public sealed class GuestExitException(int code) : Exception($"the guest exited with code {code}")
{
    public int Code { get; } = code;
}
