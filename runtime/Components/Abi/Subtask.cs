namespace Tapedeck.Components.Abi;

/// <summary>A call of a lowered function, as its caller sees it: it keeps the handles that are lent for its time.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#subtask-state"/></remarks>
internal sealed class Subtask
{
    private readonly List<ResourceHandle> _lenders = [];

    internal void AddLender(ResourceHandle lender)
    {
        lender.NumLends++;
        _lenders.Add(lender);
    }

    /// <summary><c>deliver_resolve</c>.</summary>
    internal void DeliverResolve() => _lenders.ForEach(static lender => lender.NumLends--);
}
