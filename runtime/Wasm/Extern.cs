namespace Tapedeck.Wasm;

/// <summary>Something that an instance exports or imports, bound to one store.</summary>
public abstract class Extern
{
    private protected Extern(Store store)
    {
        store.Demand();
        Store = store;
    }

    public Store Store { get; }

    /// <summary>Its type now: of a memory or table, the minimum is the present size.</summary>
    public abstract ExternType Type { get; }
}
