namespace Tapedeck.Oci.Storage;

/// <summary>
/// Lets one task after the other deal with a blob of a repository. Another repository with the same digest is nobody to wait for: who publishes names what
/// digests he likes, and may hand them out as slowly as he likes.
/// </summary>
internal sealed class BlobTurns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Repository, Digest Digest), Line> _lines = [];

    /// <summary>Waits for the turn, which ends when the result is disposed of.</summary>
    internal async Task<IDisposable> Wait(string repository, Digest digest, CancellationToken cancellationToken)
    {
        var turn = new Turn(this, (repository, digest));
        try
        {
            await turn.Line.Free.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave(turn.Blob);
            throw;
        }
        return turn;
    }

    private Line Join((string, Digest) blob)
    {
        lock (_lock)
        {
            var line = _lines.TryGetValue(blob, out var known) ? known : _lines[blob] = new Line();
            line.Tasks++;
            return line;
        }
    }

    private void Leave((string, Digest) blob)
    {
        lock (_lock)
        {
            if (--_lines[blob].Tasks == 0)
            {
                _lines.Remove(blob);
            }
        }
    }

    private sealed class Line
    {
        internal SemaphoreSlim Free { get; } = new(1);

        /// <summary>That wait, and the one that has its turn.</summary>
        internal int Tasks { get; set; }
    }

    private sealed class Turn(BlobTurns turns, (string, Digest) blob) : IDisposable
    {
        internal (string, Digest) Blob => blob;

        internal Line Line { get; } = turns.Join(blob);

        public void Dispose()
        {
            Line.Free.Release();
            turns.Leave(blob);
        }
    }
}
