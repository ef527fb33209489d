namespace Tapedeck.Mcp;

/// <summary>How far a call is.</summary>
/// <param name="Progress">Grows with each report; one that does not is not sent.</param>
/// <param name="Total">Null where it is not known.</param>
/// <param name="Message">For people.</param>
public readonly record struct ProgressReport(double Progress, double? Total = null, string? Message = null);
