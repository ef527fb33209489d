namespace Tapedeck.Policy.Limits;

/// <summary>What the number of a limit counts.</summary>
public enum LimitUnit
{
    Count,
    Bytes,
    Milliseconds,
}
