namespace Tapedeck.Policy;

/// <summary>Whose rule it is.</summary>
public enum RuleTier
{
    Policy,
    Ceiling,
}
