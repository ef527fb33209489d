namespace Tapedeck.Policy.Limits;

/// <summary>A limit was reached: the value that becomes the typed error of a call.</summary>
/// <param name="Name">Which.</param>
/// <param name="Value">What was in force.</param>
public sealed record LimitExceeded(LimitName Name, long Value)
{
    /// <summary>The code of the error, such as <c>limit-memory</c>.</summary>
    public string Code => "limit-" + Limit.Of(Name).Code;

    public string Message => $"the limit {Limit.Of(Name).Field} of {Limit.Of(Name).Format(Value)} was reached";
}
