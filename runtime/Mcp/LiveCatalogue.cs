using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp;

/// <summary>The catalogue in force. It is replaced as a whole, while calls run; they end with the one that they began with.</summary>
public sealed class LiveCatalogue(Catalogue first)
{
    private volatile Catalogue _current = first;

    public Catalogue Current => _current;

    internal ChangeFeed Changes { get; } = new();

    /// <summary>Makes <paramref name="next"/> the catalogue of every request that begins from now on, and tells the clients that listen.</summary>
    public void Publish(Catalogue next)
    {
        ArgumentNullException.ThrowIfNull(next);
        _current = next;
        Changes.Raise(Protocol.Changes.Tools);
    }
}
