using System.Net;

namespace Tapedeck.Wasi.Calls;

/// <summary>How many look-ups of names may be under way together, those whose call has ended included: nothing can call one off.</summary>
/// <remarks>RATIONALE.md, "Why are look-ups of names counted?"</remarks>
/// <param name="most">The most that are under way at one time. Others wait.</param>
public sealed class HostLookups(int most)
{
    private const int MostOfProcess = 64;

    private readonly SemaphoreSlim _free = new(most);

    /// <summary>Those of all guests of this process: 64.</summary>
    public static HostLookups OfProcess { get; } = new(MostOfProcess);

    /// <summary>Looks up when there is a place, and holds it to the end.</summary>
    /// <exception cref="OperationCanceledException">It was called off before it began.</exception>
    internal async Task<IPAddress[]> Run(Func<Task<IPAddress[]>> lookUp, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await lookUp();
        }
        finally
        {
            _free.Release();
        }
    }
}
