# Completion of matchstream for fish: matchstream completion fish | source
function __matchstream
	set -l typed (commandline -opc) (commandline -ct)
	# What stands before the value in --flag=value belongs to each word.
	set -l flag (string match -r '^--[^=]*=' -- $typed[-1])
	set -l value (string replace -r '^--[^=]*=' '' -- $typed[-1])
	for line in ($typed[1] __complete -- $typed[2..-1] 2>/dev/null)
		set -l word (string split -m 1 \t -- $line)
		switch $word[1]
			case :files
				for path in (__fish_complete_path $value)
					echo "$flag$path"
				end
			case :folders
				for path in (__fish_complete_directories $value)
					echo "$flag$path"
				end
			case '*'
				echo $line
		end
	end
end
complete -c matchstream -f -a '(__matchstream)'
