namespace Chat.Contracts;

/// <summary>Something that was said. A plain type: the generator writes how it travels.</summary>
public sealed record Line(string Name, string Text, DateTimeOffset At);
