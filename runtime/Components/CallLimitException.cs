namespace Tapedeck.Components;

/// <summary>A limit of <see cref="CallOptions"/>.</summary>
public enum CallLimit
{
    /// <summary><see cref="CallOptions.LiftBudgetBytes"/></summary>
    LiftBudget,

    /// <summary><see cref="CallOptions.Handles"/></summary>
    Handles,
}

/// <summary>A guest asked for more than its call may have.</summary>
public sealed class CallLimitException(CallLimit limit, string message) : Exception(message)
{
    public CallLimit Limit { get; } = limit;
}
