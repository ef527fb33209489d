namespace Tapedeck.Oci.Storage;

/// <summary>Lets one task after the other deal with a digest. A few digests share a turn, so nobody may hold two.</summary>
internal sealed class DigestTurns
{
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for the turn, which ends when the result is disposed of.</summary>
    internal async Task<IDisposable> Wait(Digest digest, CancellationToken cancellationToken)
    {
        var turn = _turns[unchecked((uint)digest.GetHashCode()) % _turns.Length];
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
