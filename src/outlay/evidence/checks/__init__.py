"""What contradicts itself, what adds up."""
