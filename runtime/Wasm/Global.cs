namespace Tapedeck.Wasm;

/// <summary>A global variable or constant.</summary>
public sealed unsafe class Global : Extern
{
    private readonly GlobalType _type;

    /// <summary>A global that the host makes.</summary>
    public Global(Store store, GlobalType type, Value initial)
        : base(store)
    {
        _type = type;
        Cell = store.Allocate(16);
        *(Value*)Cell = initial;
    }

    internal Global(Store store, GlobalType type, nint cell)
        : base(store)
    {
        _type = type;
        Cell = cell;
    }

    public override ExternType Type => ExternType.Of(_type);

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">Set on a constant.</exception>
    public Value Value
    {
        get
        {
            Store.Demand();
            return *(Value*)Cell;
        }

        set
        {
            Store.Demand();
            if (!_type.Mutable)
            {
                throw new InvalidOperationException("the global is constant");
            }
            *(Value*)Cell = value;
        }
    }

    /// <summary>Where the value lies, 16 bytes.</summary>
    internal nint Cell { get; }
}
