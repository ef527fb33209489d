using Tapedeck.Components.Abi;
using Tapedeck.Wasm;

namespace Tapedeck.Components;

/// <summary>One call of a component: its store, the state of the host, its budgets, its cancellation. Everything opened lives in it and ends with it.</summary>
public sealed class Call : IDisposable
{
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _cancellation;
    private readonly List<HandleTable> _tables = [];
    private readonly List<(HostResource Type, object Resource)> _inTransit = [];
    private long _lifted;
    private int _handles;

    public Call(Engine engine, CallOptions? options = null)
    {
        _options = options ?? new CallOptions();
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(_options.Cancellation);
        Cancellation = _cancellation.Token;
        Store = engine.NewStore(_options.StoreLimits);
        Store.Owner = this;
        Store.Own(new Remains(this));
    }

    public Store Store { get; }

    /// <summary>Is cancelled when the call is, and when it is disposed.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>What <see cref="CallOptions.State"/> gave the call.</summary>
    /// <exception cref="InvalidOperationException">It is nothing of that type.</exception>
    public T State<T>()
        where T : class => _options.State as T ?? throw new InvalidOperationException($"the call carries no {typeof(T).Name}");

    /// <summary>Ends all waiting, drops every host resource that is still in a table, then the store. If the call was abandoned, this happens when its thread comes back.</summary>
    public void Dispose()
    {
        _cancellation.Cancel();
        Store.Dispose();
    }

    /// <summary>The one instance of the call.</summary>
    internal ComponentInstance? Instance { get; private set; }

    internal void Begin(ComponentInstance instance)
    {
        if (Instance is not null)
        {
            throw new InvalidOperationException("a call has one instance, and this one has it already");
        }
        Instance = instance;
    }

    /// <summary>What is charged now, for <see cref="Release"/>.</summary>
    internal long Lifted => _lifted;

    /// <summary>Pays for memory that lifted values are about to take.</summary>
    /// <exception cref="CallLimitException">It is more than is left.</exception>
    internal void Charge(long bytes)
    {
        Poll();
        _lifted += bytes;
        if (_lifted > _options.LiftBudgetBytes)
        {
            throw new CallLimitException(CallLimit.LiftBudget, $"values passed out of the component take more than {_options.LiftBudgetBytes} bytes");
        }
    }

    /// <summary>Values are gone that were lifted since <paramref name="lifted"/> was read.</summary>
    internal void Release(long lifted) => _lifted = lifted;

    /// <summary>Stops host code that works for a guest where the guest would be stopped.</summary>
    internal void Poll()
    {
        if (Store.IsInterrupted)
        {
            throw new TrapException(TrapCode.Interrupted);
        }
    }

    internal void CountHandle()
    {
        if (_handles == _options.Handles)
        {
            throw new CallLimitException(CallLimit.Handles, $"the call has {_options.Handles} open handles, its limit");
        }
        _handles++;
    }

    internal void UncountHandle() => _handles--;

    internal void Add(HandleTable table) => _tables.Add(table);

    /// <summary>An owned resource has left a table, and whom it is for has not got it yet. If that never happens, it is dropped with the call.</summary>
    internal void Send(HostResource type, object resource) => _inTransit.Add((type, resource));

    /// <summary>A table has it.</summary>
    internal void Arrive(object resource)
    {
        if (_inTransit.FindLastIndex(sent => ReferenceEquals(sent.Resource, resource)) is >= 0 and var index)
        {
            _inTransit.RemoveAt(index);
        }
    }

    /// <summary>The host has all of them.</summary>
    internal void ArriveAll() => _inTransit.Clear();

    /// <summary>What to do when the store goes: then no code of the call runs any more.</summary>
    private sealed class Remains(Call call) : IDisposable
    {
        private readonly Stack<(HostResource Type, object Resource)> _left = [];

        public void Dispose()
        {
            call._cancellation.Dispose();
            foreach (var handle in call._tables.SelectMany(static table => table.All))
            {
                if (handle is { Own: true, Type.Host: { } host })
                {
                    _left.Push((host, handle.Resource!));
                }
            }
            call._inTransit.ForEach(_left.Push);
            DropAll();
        }

        // One that fails to be dropped does not keep the others.
        private void DropAll()
        {
            try
            {
                while (_left.TryPop(out var left))
                {
                    left.Type.Drop(call, left.Resource);
                }
            }
            finally
            {
                if (_left.Count > 0)
                {
                    DropAll();
                }
            }
        }
    }
}
